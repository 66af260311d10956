{
  The background worker: a thread of the library's that checks with the server, and a program that is woken when there is
  something to see.

      worker DIRECTORY         somebody logged in there before
}
program Worker;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cthreads, cwstring,{$ENDIF} SysUtils, Classes, Sbm;

type
  TBell = class
    Synced: Integer;
    Why: sbm_status;
    procedure Notice(Notice: sbm_notice; Why: sbm_status);
    procedure Ring;
    function WaitFor(Number: Integer): UnicodeString;
  end;

{ On the worker's thread: leave a note and wake our own. Queue, not Synchronize: nobody waits for anybody here. }
procedure TBell.Notice(Notice: sbm_notice; Why: sbm_status);
begin
  if Notice <> SBM_NOTICE_SYNCED then Exit;
  Self.Why := Why;
  TThread.Queue(nil, Ring);
end;

{ On the main thread, where the windows are. }
procedure TBell.Ring;
begin
  Inc(Synced);
end;

{ A program with windows needs none of this: its message loop does it. }
function TBell.WaitFor(Number: Integer): UnicodeString;
begin
  while Synced < Number do CheckSynchronize(1000);
  Result := SbmStatusName(Why);
end;

procedure Main;
var
  Client: ISbmClient;
  Worker: ISbmWorker;
  Change: ISbmChange;
  Bell: TBell;
begin
  Bell := TBell.Create;
  Client := SbmOpen(UnicodeString(ParamStr(1)));
  Worker := Client.StartWorker(Bell.Notice);
  WriteLn('first check: ', Bell.WaitFor(1)); { it makes one at once, then about every hour }
  Worker.SyncNow;
  WriteLn('asked for: ', Bell.WaitFor(2));

  { Changes are pulled. What is released without an answer comes again. }
  if Client.NextChange(Change) then WriteLn('to apply: ', Change.Name) else WriteLn('to apply: nothing');
  Change := nil;
  Worker.Stop; { waits until the thread has ended, so hold nothing that the callback waits for; the bell may go afterwards }
  WriteLn('stopped: ok');
  Bell.Free;
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
