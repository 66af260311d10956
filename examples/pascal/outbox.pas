{
  The outbox: runs that the server has not heard of yet wait on disk, up to a limit, and go when it is there again.

      outbox DIRECTORY         somebody logged in there before
}
program Outbox;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

procedure ReportARun(const Client: ISbmClient);
var
  Start: TSbmRunStart;
  RunEnd: TSbmRunEnd;
begin
  Start := TSbmRunStart.Make('photos', SBM_TRIGGER_SCHEDULE);
  Start.Kind := SBM_PROFILE_KIND_MIRROR;
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_SUCCESS);
  RunEnd.FilesCopied := 7;
  { The same, whether the server is there or not. }
  WriteLn('run ', Client.BeginRun(Start).Finish(RunEnd), ': noted');
end;

procedure Main;
const
  Words: array[Boolean] of string = ('offline', 'online');
var
  Config: ISbmConfig;
  Client: ISbmClient;
  Summary: sbm_sync_summary;
begin
  Config := SbmNewConfig(UnicodeString(ParamStr(1)));
  Config.SetOutbox(2000, 4 shl 20); { how much may wait: a laptop that is away for a month makes some hundred runs }
  Client := Config.Open;
  ReportARun(Client);

  { Before a program that backs up a machine shuts it down: as long as the server takes some, give it more. }
  repeat
    Summary := Client.Sync;
  until (Summary.online = 0) or (Summary.runs_waiting = 0) or (Summary.runs_sent = 0);
  WriteLn('server: ', Words[Summary.online <> 0], ', runs waiting: ', Summary.runs_waiting);
end; { what waits stays on disk, for the next start of the program }

begin
  SbmConsole;
  if ParamCount < 1 then
    Halt(2);
  try
    Main;
  except
    on E: ESbm do
    begin
      WriteLn(ErrOutput, E.Name, ': ', E.Text);
      ExitCode := 1;
    end;
  end;
end.
