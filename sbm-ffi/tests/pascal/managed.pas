{
  The parts that need a server, over TLS and with every floating-point exception of the host on. sbm-tests runs it:

      managed DIRECTORY CONNECTION USER PASSWORD

  The server has one managed profile for that user, "Finance documents".
}
program Managed;

{$MODE DELPHI}
{$CODEPAGE UTF8}

uses
  {$IFDEF UNIX}cthreads, cwstring,{$ENDIF}
  SysUtils, Math, Sbm, Expect, Ears;

var
  Client: ISbmClient;

function Argument(Index: Integer): UnicodeString;
begin
  Result := UnicodeString(ParamStr(Index));
end;

procedure WrongPassword;
begin
  Client.Login(Argument(2), Argument(3), 'Grüße 😀');
end;

procedure TheServerIsTested;
var
  Test: ISbmServerTest;
begin
  Test := Client.TestServer(Argument(2));
  Check((Test.Reachable = SBM_CHECK_PASSED) and (Test.Certificate = SBM_CHECK_PASSED), 'reached and confirmed');
  Check((Test.Address = SBM_CHECK_PASSED) and (Test.Versions = SBM_CHECK_PASSED), 'admitted and understood');
  Check((Test.Credentials = SBM_CHECK_NOT_TRIED) and not Client.IsLocked, 'nothing changed');
  Check(Abs(Test.ClockSkewMs) < 60000, 'the same clock');
end;

procedure SomebodyLogsIn;
var
  User: UnicodeString;
  Age: Int64;
begin
  Fails(SBM_STATUS_WRONG_CREDENTIALS, WrongPassword, 'a wrong password');
  Client.Login(Argument(2), Argument(3), Argument(4));
  Check((Client.User = Argument(3)) and (Client.State = SBM_STATE_ONLINE), 'logged in');
  Check(Client.IsLocked and (Client.Connection(User) = Argument(2)) and (User = Argument(3)), 'locked');
  Check((Length(Client.Fingerprint) = 64) and (Pos(Client.Fingerprint, Argument(2)) > 0), 'the fingerprint');
  Check((Client.LastContact(Age) > 0) and (Age >= 0), 'the last contact');
end;

procedure UploadDenied;
var
  Profile: TSbmUpload;
begin
  Profile.Guid := '0C5A2C1F4B7E4D6A9F3E1B2C3D4E5F60';
  Profile.Name := 'Grüße';
  Profile.Description := 'für alle';
  Profile.Version := 1;
  Profile.BasedOn := 0;
  Profile.Body := nil;
  Profile.HasSchedule := True;
  Profile.Schedule := nil;
  Client.UploadProfile(Argument(3), Argument(4), Profile);
end;

procedure ProfilesArrive;
var
  Summary: sbm_sync_summary;
  Profiles: TSbmProfiles;
  Change: ISbmChange;
begin
  Summary := Client.Sync;
  Check((Summary.online = 1) and (Summary.why = SBM_OK) and (Summary.tried = 1), 'synced');
  Check(Client.NextChange(Change) and (Change.Kind = SBM_DELIVERY_INSTALL) and (Change.Version = 26), 'a profile arrives');
  Check((Length(Change.Body) > 0) and (Length(Change.Schedule) = 0) and (Change.Description <> ''), 'as it was uploaded');
  Change.Failed('kein Platz für 😀');
  Client.Sync;
  Check(Client.NextChange(Change) and (Change.Name = 'Finance documents'), 'what failed comes again');
  Change.Done;
  Profiles := Client.Profiles;
  Check((Length(Profiles) = 1) and (Profiles[0].Name = 'Finance documents') and (Profiles[0].Version = 26), 'one profile');
  Check((Profiles[0].Guid = Change.Guid) and (Profiles[0].Revision = Change.Revision), 'the same');
  Check(Length(Client.ProfileBody(Change.Guid)) = Length(Change.Body), 'its content stays');
  Check(not Client.NextChange(Change), 'what is done does not come again');
  try
    UploadDenied;
    Check(False, 'an upload without the role');
  except
    on E: ESbm do
      Check(E.IsDenial and (E.Code = SBM_STATUS_DENIED_ROLE), 'an upload without the role');
  end;
end;

procedure ARunIsReported;
var
  Start: TSbmRunStart;
  RunEnd: TSbmRunEnd;
begin
  Start := TSbmRunStart.Make('Finance documents', SBM_TRIGGER_MANUAL);
  Start.ProfileGuid := Client.Profiles[0].Guid;
  Start.Version := 26;
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_WARNING);
  RunEnd.FilesCopied := 3;
  RunEnd.ErrorText := 'Grüße 😀';
  Check(Client.BeginRun(Start).Finish(RunEnd) = 1, 'the first run');
  Check(Client.Sync.runs_waiting = 0, 'the server has it');
  Check(not Client.Allows(SBM_ACTION_CREATE) and Client.Allows(SBM_ACTION_RUN_MANUALLY, Start.ProfileGuid), 'rights');
end;

procedure TheWorkerSyncs;
var
  Worker: ISbmWorker;
  Round: Integer;
begin
  Ear.Client := Client;
  Worker := Client.StartWorker(Ear.Notice);
  for Round := 1 to 2 do
  begin
    Worker.SyncNow;
    Ear.WaitForSync(Round);
  end;
  Check((Ear.Why = SBM_OK) and (Ear.SameThread = 0) and (Ear.Mask = []), 'on its own thread, under the host''s mask');
  Worker.Stop;
  Ear.Client := nil;
end;

procedure SyncAgain;
begin
  Client.Sync;
end;

begin
  SbmConsole;
  SetExceptionMask([]);
  Client := SbmOpen(Argument(1));
  TheServerIsTested;
  SomebodyLogsIn;
  ProfilesArrive;
  ARunIsReported;
  TheWorkerSyncs;
  Client.Logout;
  Fails(SBM_STATUS_NOT_LOGGED_IN, SyncAgain, 'logged out');
  Check(Client.IsLocked and not Client.Allows(SBM_ACTION_RUN_MANUALLY), 'and managed all the same');
  Check(GetExceptionMask = [], 'every exception is still on');
  Client.Close;
  WriteLn('ok ', Checks);
end.
