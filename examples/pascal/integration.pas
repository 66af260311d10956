{ All that a backup program needs to be managed. integration DIRECTORY [CONNECTION USER PASSWORD] }
program Integration;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cthreads, cwstring,{$ENDIF} SysUtils, Sbm;

{ Before an act: may the user do it? If not, tell him why, in words that are made for him. }
function May(const Client: ISbmClient; Action: sbm_action): Boolean;
begin
  Result := Client.Allows(Action);
  if Result then WriteLn('allowed') else WriteLn(Client.Explain(Action).Sentence);
end;

{ What the server wants: keep it in your own files first, then say that it is done. It comes again until you did. }
procedure TakeChanges(const Client: ISbmClient);
var
  Change: ISbmChange;
begin
  while Client.NextChange(Change) do
  begin
    if Change.Kind = SBM_DELIVERY_REMOVE then Write('remove ') else Write('install ');
    WriteLn(Change.Name);
    Change.Done;
  end;
end;

procedure Main;
var
  Client: ISbmClient;
  Worker: ISbmWorker;
  Run: ISbmRun;
  RunEnd: TSbmRunEnd;
begin
  { At the start: a directory of your own for what SBM keeps. The worker checks with the server once an hour. }
  Client := SbmOpen(UnicodeString(ParamStr(1)));
  Worker := Client.StartWorker(nil);
  { Once, from a form of yours: what the administrator gave the user. }
  if ParamCount >= 4 then
    Client.Login(UnicodeString(ParamStr(2)), UnicodeString(ParamStr(3)), UnicodeString(ParamStr(4)));
  TakeChanges(Client); { and again now and then: it costs nothing }
  if May(Client, SBM_ACTION_CREATE) then WriteLn('a profile is created');
  { A run: asked and noted on disk before it begins, on disk as a whole when it is over, sent when there is a server. }
  Run := Client.BeginRun(TSbmRunStart.Make('documents', SBM_TRIGGER_MANUAL)); { an exception if it is denied: do not run }
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_SUCCESS);
  RunEnd.FilesCopied := 42;
  Run.Finish(RunEnd);
  WriteLn('the run is recorded');
end; { what was opened is closed here }

begin
  SbmConsole;
  try
    Main;
  except
    on E: ESbm do begin WriteLn(ErrOutput, E.Text); ExitCode := 1; end;
  end;
end.
