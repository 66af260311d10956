{ command.pas: what every command has, and how it ends. }
unit Command;

{$MODE DELPHI}

interface

uses
  SysUtils, Sbm;

const
  { How a command ends; 0 is done. }
  FAILED = 1;
  USAGE = 2;
  DENIED = 3;

type
  { A command that cannot go on; what is wrong was said. At the prompt the next one may follow. }
  EStop = class(Exception)
    Status: Integer;
    constructor Create(Status: Integer);
  end;

var
  Home: string; { the folder of --home }
  Client: ISbmClient; { SBM; open from the first command to the last }

procedure Fail(const What, Why: string);
procedure Must(Good: Boolean; const What: string);
{ Says what SBM said. }
procedure Tell(E: ESbm);

implementation

constructor EStop.Create(Status: Integer);
begin
  inherited Create('');
  Self.Status := Status;
end;

procedure Fail(const What, Why: string);
begin
  WriteLn(ErrOutput, 'minibackup: ', What, ': ', Why);
  raise EStop.Create(FAILED);
end;

procedure Must(Good: Boolean; const What: string);
var
  Reason: string;
begin
  Reason := SysErrorMessage(GetLastOSError);
  if not Good then
    Fail(What, Reason);
end;

procedure Tell(E: ESbm);
begin
  WriteLn(ErrOutput, 'minibackup: ', E.Name, ': ', E.Text);
end;

end.
