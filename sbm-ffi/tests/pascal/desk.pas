{ What a host does without a server: questions, runs, a server that is not there, a roll-out. }
unit Desk;

{$MODE DELPHI}
{$CODEPAGE UTF8}

interface

uses
  SysUtils, Sbm, Expect;

var
  Place: UnicodeString;
  Config: ISbmConfig;
  Client: ISbmClient;

procedure NobodyManagesUs;
procedure WithoutALoginAManagedOneIsDenied;
procedure RunsWorkWithoutAServer;
procedure ThereIsNothingToFetch;
procedure AServerThatIsNotThereIsAFinding;
procedure ARollOutIsChecked;

implementation

const
  { Port 1 of this machine: nobody listens there. }
  Nobody = 'sbm://127.0.0.1:1#ca-sha256=0000000000000000000000000000000000000000000000000000000000000000';
  Guid = '{94D3D1C1-7472-4dc9-A5E9-9EE763E23159}';

var
  Run: ISbmRun;
  RunEnd: TSbmRunEnd;
  Managed: ISbmClient;
  Rollout: ISbmRollout;

procedure UnknownAction;
begin
  Client.May(99);
end;

procedure NobodyManagesUs;
var
  Action: sbm_action;
  Why: sbm_status;
  Decision: ISbmDecision;
  User: UnicodeString;
  Age: Int64;
begin
  Check((Client.State(Why) = SBM_STATE_UNMANAGED) and (Why = SBM_OK), 'unmanaged');
  Check(Client.User = '', 'nobody is logged in');
  for Action := SBM_ACTION_CREATE to SBM_ACTION_RUN_SCHEDULED do
  begin
    Check((Client.May(Action) = SBM_EFFECT_UNMANAGED) and Client.Allows(Action, Guid), 'the host decides');
    Decision := Client.Explain(Action, Guid);
    Check((Decision.Effect = SBM_EFFECT_UNMANAGED) and (Decision.Gate = SBM_GATE_NONE) and (Decision.Code = SBM_OK), 'no gate');
    Check((Decision.Sentence <> '') and (Decision.Change = '') and (Decision.Rule <> ''), 'in words');
    Check(Pos('"effect":"unmanaged"', Decision.Json) > 0, 'as JSON');
  end;
  Fails(SBM_STATUS_INVALID_ARGUMENT, UnknownAction, 'no action');
  Check(not Client.IsLocked and (Client.Connection(User) = '') and (User = '') and (Client.Fingerprint = ''), 'no connection');
  Check((Client.LastContact(Age) = -1) and (Age = -1) and (Client.LastContact = -1), 'no contact');
end;

procedure RunDenied;
begin
  Managed.BeginRun(TSbmRunStart.Make('documents', SBM_TRIGGER_MANUAL));
end;

procedure WithoutALoginAManagedOneIsDenied;
var
  Strict: ISbmConfig;
  Decision: ISbmDecision;
begin
  Strict := SbmNewConfig(Place + '-managed');
  Strict.SetManagedRequired(True);
  Managed := Strict.Open;
  Check((Managed.State = SBM_STATE_FLOOR) and not Managed.Allows(SBM_ACTION_CREATE), 'denied');
  Decision := Managed.Explain(SBM_ACTION_CREATE);
  Check((Decision.Effect = SBM_EFFECT_DENY) and (Decision.Gate = SBM_GATE_FLOOR) and (Decision.Change <> ''), 'and why');
  try
    RunDenied;
    Check(False, 'a run that is denied');
  except
    on E: ESbm do
      Check((E.Code = Decision.Code) and (E.RetryAfterMs = -1) and (E.Text <> ''), 'a run that is denied');
  end;
  Managed := nil;
end;

procedure FinishAgain;
begin
  Run.Finish(RunEnd);
end;

procedure RunOfNothing;
begin
  Client.BeginRun(TSbmRunStart.Make('', SBM_TRIGGER_MANUAL));
end;

procedure RunsWorkWithoutAServer;
var
  Start: TSbmRunStart;
begin
  Start := TSbmRunStart.Make('Grüße', SBM_TRIGGER_GROUP);
  Start.Kind := SBM_PROFILE_KIND_OTHER;
  Start.KindText := 'Band';
  Start.GroupStartMs := SbmTime(EncodeDate(2026, 11, 22));
  Start.OsUser := 'Jürgen 😀';
  Run := Client.BeginRun(Start);
  Check(Run.Handle <> nil, 'it runs');
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_WARNING);
  RunEnd.BytesStored := -2;
  Fails(SBM_STATUS_INVALID_ARGUMENT, FinishAgain, 'less than nothing');
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_INTERRUPTED);
  Fails(SBM_STATUS_INVALID_ARGUMENT, FinishAgain, 'SBM alone says interrupted');
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_WARNING);
  RunEnd.FilesCopied := High(UInt64) div 4;
  RunEnd.ErrorText := 'eine Datei war offen';
  Check(Run.Finish(RunEnd) = 0, 'no number where nobody manages');
  Fails(SBM_STATUS_NOT_FINISHED, FinishAgain, 'finished already');
  Run := nil;
  Fails(SBM_STATUS_INVALID_ARGUMENT, RunOfNothing, 'a run without a profile');
  Start := TSbmRunStart.Make('documents', SBM_TRIGGER_RESTORE);
  Check(Start.Restore, 'a restore');
  Run := Client.BeginRun(Start);
  Check(Run.Finish(TSbmRunEnd.Make(SBM_RESULT_SUCCESS)) = 0, 'restored');
  Run := nil;
end;

procedure SyncNow;
begin
  Client.Sync;
end;

procedure NoContent;
begin
  Client.ProfileBody(Guid);
end;

procedure NotHere;
begin
  Client.ProfileRemoved(Guid);
end;

procedure ThereIsNothingToFetch;
var
  Change: ISbmChange;
  Summary: sbm_sync_summary;
begin
  Fails(SBM_STATUS_NOT_LOGGED_IN, SyncNow, 'nobody syncs');
  Summary := Client.SyncIfDue;
  Check((Summary.tried = 0) and (Summary.struct_size = SizeOf(Summary)), 'nothing is due');
  Check(Length(Client.Profiles) = 0, 'no profiles');
  Check(not Client.NextChange(Change) and (Change = nil), 'no changes');
  Fails(SBM_STATUS_NOT_FOUND, NoContent, 'no content');
  Fails(SBM_STATUS_NOT_FOUND, NotHere, 'no copy');
  Client.Cancel;
end;

procedure LogInNowhere;
begin
  Client.Login(Nobody, 'Jürgen 😀', 'pässword');
end;

procedure LogInUnpinned;
begin
  Managed.Login('sbm://127.0.0.1:1', 'carol', 'password');
end;

procedure LogInGarbage;
begin
  Client.Login('https://example.org', 'carol', 'password');
end;

procedure HalfATest;
begin
  Client.TestServer('nothing like it');
end;

procedure AServerThatIsNotThereIsAFinding;
var
  Test: ISbmServerTest;
begin
  Test := Client.TestServer(Nobody, 'carol', 'password');
  Check((Test.Reachable = SBM_CHECK_FAILED) and (Test.Certificate = SBM_CHECK_NOT_TRIED), 'not reached');
  Check((Test.Address = SBM_CHECK_NOT_TRIED) and (Test.Credentials = SBM_CHECK_NOT_TRIED), 'not asked');
  Check((Test.Versions = SBM_CHECK_NOT_TRIED) and (Test.Locked = SBM_CHECK_NOT_TRIED) and (Test.ClockSkewMs = 0), 'not known');
  Check(Pos('reachable: failed', Test.Report) > 0, 'and said so');
  Check(Client.TestServer(Nobody).Reachable = SBM_CHECK_FAILED, 'without a user');
  Fails(SBM_STATUS_UNREACHABLE, LogInNowhere, 'no login');
  try
    LogInNowhere;
  except
    on E: ESbm do
      Check(E.IsRetryable and not E.IsDenial, 'later, perhaps');
  end;
  Managed := SbmOpen(Place + '-unpinned');
  Fails(SBM_STATUS_UNTRUSTED_SERVER, LogInUnpinned, 'nobody vouches');
  Managed := nil;
  Fails(SBM_STATUS_BAD_CONNECTION_STRING, LogInGarbage, 'no connection string');
  Fails(SBM_STATUS_BAD_CONNECTION_STRING, HalfATest, 'no connection string to test');
end;

procedure NoFile;
begin
  Rollout.AddFile(Place + '/nowhere.toml');
end;

procedure NoServer;
begin
  Rollout.SetConnection('nothing like it');
end;

procedure ARollOutIsChecked;
begin
  Rollout := SbmNewRollout;
  Check(Rollout.IsEmpty and (Rollout.Handle <> nil), 'empty');
  Rollout.AddEnvironment;
  Check(Client.RollOut(Rollout).tried = 0, 'nothing to roll out');
  Fails(SBM_STATUS_CONFIG_UNREADABLE, NoFile, 'no file');
  Fails(SBM_STATUS_BAD_CONNECTION_STRING, NoServer, 'no server');
  Rollout.SetConnection(Nobody);
  Rollout.SetUser('Jürgen');
  Rollout.SetPassword('pässword');
  Rollout.SetPasswordFile('/nowhere/password');
  Rollout.SetSystemRoots(False);
  Rollout.SetManagedRequired(True);
  Check(not Rollout.IsEmpty, 'not empty');
  Config.SetRollout(Rollout);
  Rollout := nil;
end;

end.
