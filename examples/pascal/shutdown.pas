{
  A clean shutdown in the middle of everything: a run is going on, a worker is at work, and a thread waits for the network.

      shutdown DIRECTORY       somebody logged in there before
}
program Shutdown;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cthreads, cwstring,{$ENDIF} SysUtils, Classes, Sbm;

type
  TSyncing = class(TThread)
  private
    FClient: ISbmClient;
  protected
    procedure Execute; override;
  end;

{ Syncs until somebody ends that: SBM_STATUS_CANCELLED while it waits, SBM_STATUS_BAD_HANDLE once the client is closed. Both
  are the end, not a fault. }
procedure TSyncing.Execute;
begin
  try
    while True do
      FClient.Sync;
  except
    on ESbm do;
  end;
end;

procedure Main;
var
  Client: ISbmClient;
  Worker: ISbmWorker;
  Run: ISbmRun;
  Thread: TSyncing;
begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));
  Run := Client.BeginRun(TSbmRunStart.Make('documents', SBM_TRIGGER_MANUAL));
  Worker := Client.StartWorker(nil);
  Thread := TSyncing.Create(True);
  Thread.FClient := Client;
  Thread.Start;

  { Now the computer shuts down. First whoever makes new work: the worker. }
  Worker.Stop;
  WriteLn('worker: ok');
  { The run ends as what it is. Not finished, it would be reported as interrupted at the next start. }
  WriteLn('run ', Run.Finish(TSbmRunEnd.Make(SBM_RESULT_ABORTED)), ': aborted');
  Run := nil;
  { Then the calls that wait, and the client. A handle is a number: whoever still uses it gets a status, never a crash. }
  Client.Cancel;
  Client.Close;
  WriteLn('client: ok');
  Thread.WaitFor;
  Thread.Free;
  WriteLn('thread: ended');
  WriteLn('closed again: ', SbmStatusName(sbm_client_free(Client.Handle)));
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
