{
  Working without the server: what it said last holds, runs go on, and what they did is kept until it can be told.

      offline DIRECTORY        somebody logged in there before
}
program Offline;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

procedure Main;
const
  Words: array[Boolean] of string = ('no', 'yes');
  Answers: array[Boolean] of string = ('denied', 'allowed');
var
  Client: ISbmClient;
  Summary: sbm_sync_summary;
  State: sbm_state;
  Why: sbm_status;
  RunEnd: TSbmRunEnd;
  Run: ISbmRun;
begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));

  { That the server cannot be reached is no exception: the summary says so, and work goes on under what it said last. }
  Summary := Client.Sync;
  State := Client.State(Why);
  { A caption for the user, not a reason to stop. }
  if State = SBM_STATE_OFFLINE then
    WriteLn('state: offline, ', SbmStatusName(Why))
  else
    WriteLn('state: not offline, ', SbmStatusName(Why));
  WriteLn('asked: ', Words[Summary.tried <> 0], ', answered: ', Words[Summary.online <> 0]);

  { From memory, so it is as quick as with a server. }
  WriteLn('run by hand: ', Answers[Client.Allows(SBM_ACTION_RUN_MANUALLY)]);
  WriteLn('create: ', Answers[Client.Allows(SBM_ACTION_CREATE)]);

  Run := Client.BeginRun(TSbmRunStart.Make('documents', SBM_TRIGGER_MANUAL));
  { ... the backup ... }
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_SUCCESS);
  RunEnd.FilesCopied := 3;
  WriteLn('run ', Run.Finish(RunEnd), ': kept'); { on disk before it returns }
  WriteLn('runs waiting: ', Client.Sync.runs_waiting);
end;

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
