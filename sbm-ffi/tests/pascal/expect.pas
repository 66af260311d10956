{ What the test programs share: checks that are counted and say what failed. }
unit Expect;

{$MODE DELPHI}

interface

uses
  SysUtils, Sbm;

var
  Checks: Integer = 0;

{ The program ends with 1 unless it is so. }
procedure Check(Good: Boolean; const What: string);
{ Fails unless the act is an ESbm of that code with a text. }
procedure Fails(Code: sbm_status; Act: TProcedure; const What: string);

implementation

procedure Check(Good: Boolean; const What: string);
begin
  Inc(Checks);
  if Good then
    Exit;
  WriteLn(ErrOutput, 'check ', Checks, ': ', What);
  Halt(1);
end;

procedure Fails(Code: sbm_status; Act: TProcedure; const What: string);
begin
  try
    Act;
  except
    on E: ESbm do
    begin
      Check((E.Code = Code) and (E.Text <> '') and (E.Name = SbmStatusName(Code)),
        What + ': ' + string(E.Name) + ', ' + string(E.Text));
      Exit;
    end;
  end;
  Check(False, What + ': no exception');
end;

end.
