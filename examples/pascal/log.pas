{
  The library's log in the host's own: here a file DIRECTORY.log, one line each. It never holds a password.

      log DIRECTORY CONNECTION USER PASSWORD
}
program Log;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Classes, Sbm;

type
  TLogFile = class(TInterfacedObject)
    FFile: TFileStream;
    constructor Create;
    destructor Destroy; override;
    procedure Add(Level: sbm_log_level; const Line: UnicodeString);
  end;

constructor TLogFile.Create;
begin
  FFile := TFileStream.Create(ParamStr(1) + '.log', fmCreate);
end;

destructor TLogFile.Destroy; { the last that held it, the client, is gone }
begin
  FFile.Free;
  WriteLn('log closed');
  inherited;
end;

{ On the thread of the call, or the worker's, under no lock: one write, so that lines stay whole. }
procedure TLogFile.Add(Level: sbm_log_level; const Line: UnicodeString);
var
  Bytes: UTF8String;
begin
  Bytes := SbmToUtf8(UnicodeString(IntToStr(Level)) + ': ' + Line) + #10;
  FFile.WriteBuffer(Bytes[1], Length(Bytes));
end;

function OpenClient: ISbmClient;
var
  Config: ISbmConfig;
  Log: TLogFile;
begin
  Log := TLogFile.Create;
  Config := SbmNewConfig(UnicodeString(ParamStr(1)));
  Config.SetLog(SBM_LOG_LEVEL_DEBUG, Log.Add, Log); { the second holds the object of the first as long as it is needed }
  Result := Config.Open;
end;

procedure Main;
var
  Client: ISbmClient;
begin
  Client := OpenClient;
  WriteLn('log open');
  Client.Login(UnicodeString(ParamStr(2)), UnicodeString(ParamStr(3)), UnicodeString(ParamStr(4)));
  Client.Sync;
  WriteLn('logged in');
  Client.Close;
  with TFileStream.Create(ParamStr(1) + '.log', fmOpenRead) do
  begin
    if Size > 0 then WriteLn('something was told: yes') else WriteLn('something was told: no');
    Free;
  end;
end;

begin
  SbmConsole;
  if ParamCount < 4 then
    Halt(2);
  try
    Main;
  except
    on E: ESbm do begin WriteLn(ErrOutput, E.Name, ': ', E.Text); ExitCode := 1; end;
  end;
end.
