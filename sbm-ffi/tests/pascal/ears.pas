{ Callbacks: clock, log and worker. }
unit Ears;

{$MODE DELPHI}
{$CODEPAGE UTF8}

interface

uses
  SysUtils, Math, Sbm, Expect;

type
  TEar = class
  private
    FBell: PRTLEvent;
    FHost: TThreadID;
    procedure Wait(var Count: Integer; AtLeast: Integer);
  public
    Asked, Lines, Failed, Synced, SameThread: Integer;
    Why: sbm_status;
    LastLine: UnicodeString;
    Mask: TFPUExceptionMask;
    Throws: Boolean;
    Client: ISbmClient;
    constructor Create;
    destructor Destroy; override;
    function Clock: Int64;
    procedure Log(Level: sbm_log_level; const Line: UnicodeString);
    procedure Notice(Notice: sbm_notice; Why: sbm_status);
    procedure WaitForSync(Number: Integer);
    function Zero: Double;
  end;

var
  Ear: TEar;

procedure ACallbackIsHeardAndItsExceptionsStay(const Place: UnicodeString);
procedure ACallbackIsKept(const Place: UnicodeString);
procedure AWorkerCallsFromItsOwnThread(const Place: UnicodeString);

implementation

var
  Thrown: Integer = 0;
  ThrownByTheLog: Integer = 0;
  Worker: ISbmWorker;

procedure CountThrown(Error: Exception);
begin
  if Error.Message = 'thrown' then
    InterlockedIncrement(Thrown);
  if Error.Message = 'thrown by the log' then
    InterlockedIncrement(ThrownByTheLog);
end;

constructor TEar.Create;
begin
  FBell := RTLEventCreate;
  FHost := GetCurrentThreadId;
end;

destructor TEar.Destroy;
begin
  RTLEventDestroy(FBell);
  inherited;
end;

function TEar.Clock: Int64;
begin
  InterlockedIncrement(Asked);
  Mask := GetExceptionMask;
  if Throws then
    raise Exception.Create('thrown');
  Result := 1795350896789;
end;

procedure TEar.Log(Level: sbm_log_level; const Line: UnicodeString);
begin
  LastLine := Line;
  InterlockedIncrement(Lines);
  if Throws then
    raise Exception.Create('thrown by the log');
end;

procedure TEar.Notice(Notice: sbm_notice; Why: sbm_status);
begin
  Mask := GetExceptionMask;
  if GetCurrentThreadId = FHost then
    InterlockedIncrement(SameThread);
  Client.State; { which is allowed here }
  if Notice = SBM_NOTICE_FAILED then
  begin
    Self.Why := Why;
    InterlockedIncrement(Failed);
  end;
  if Notice = SBM_NOTICE_SYNCED then
  begin
    Self.Why := Why;
    InterlockedIncrement(Synced);
  end;
  RTLEventSetEvent(FBell);
  if Throws then
    raise Exception.Create('thrown');
end;

procedure TEar.Wait(var Count: Integer; AtLeast: Integer);
begin
  while Count < AtLeast do
    RTLEventWaitFor(FBell, 100);
end;

procedure TEar.WaitForSync(Number: Integer);
begin
  Wait(Synced, Number);
end;

{ Not known to the compiler. }
function TEar.Zero: Double;
begin
  Result := ParamCount * 0;
end;

procedure ACallbackIsHeardAndItsExceptionsStay(const Place: UnicodeString);
var
  Config: ISbmConfig;
  Client: ISbmClient;
  Run: ISbmRun;
  Before: TFPUExceptionMask;
begin
  Before := GetExceptionMask;
  SbmCallbackFailed := CountThrown;
  Config := SbmNewConfig(Place + '-ears');
  Config.SetClock(Ear.Clock);
  Config.SetLog(SBM_LOG_LEVEL_DEBUG, Ear.Log);
  Client := Config.Open;
  Run := Client.BeginRun(TSbmRunStart.Make('Grüße', SBM_TRIGGER_MANUAL));
  Check((Ear.Lines > 0) and (Pos('Grüße', Ear.LastLine) > 0), 'the host has the log');
  Run.Finish(TSbmRunEnd.Make(SBM_RESULT_SUCCESS));
  Check(Ear.Asked > 0, 'the host has the clock');
  Check(Ear.Mask = Before, 'a clock runs under the floating-point state of the host');
  Ear.Throws := True;
  Client.BeginRun(TSbmRunStart.Make('documents', SBM_TRIGGER_MANUAL)).Finish(TSbmRunEnd.Make(SBM_RESULT_SUCCESS));
  Check(Thrown > 0, 'what a callback throws is told');
  Check(ThrownByTheLog > 0, 'what a log throws as well');
  Ear.Throws := False;
  Check(GetExceptionMask = Before, 'the host has its floating-point state');
  Client.Close;
  Config.Close;
end;

type
  TKept = class(TInterfacedObject)
    destructor Destroy; override;
    procedure Log(Level: sbm_log_level; const Line: UnicodeString);
  end;

var
  Returned: Integer = 0;

destructor TKept.Destroy;
begin
  Inc(Returned);
  inherited;
end;

procedure TKept.Log(Level: sbm_log_level; const Line: UnicodeString);
begin
end;

function OpenWithALog(const Place: UnicodeString): ISbmClient;
var
  Config: ISbmConfig;
  Kept: TKept;
begin
  Kept := TKept.Create;
  Config := SbmNewConfig(Place + '-kept');
  Config.SetLog(SBM_LOG_LEVEL_ERROR, Kept.Log, Kept);
  Result := Config.Open;
end;

{ An object that is counted lives as long as the library may call it. }
procedure ACallbackIsKept(const Place: UnicodeString);
var
  Client: ISbmClient;
begin
  Client := OpenWithALog(Place);
  Check(Returned = 0, 'held by the client');
  Client.Close;
  Check(Returned = 1, 'given back once');
end;

procedure StopAgain;
begin
  Worker.SyncNow;
end;

procedure AWorkerCallsFromItsOwnThread(const Place: UnicodeString);
var
  Before: TFPUExceptionMask;
  Round: Integer;
begin
  Before := GetExceptionMask;
  Ear.Client := SbmOpen(Place + '-worker');
  Worker := Ear.Client.StartWorker(Ear.Notice);
  Check(IsMultiThread, 'Pascal knows of threads');
  for Round := 1 to 3 do
  begin
    { Nobody is logged in here, so a sync that was asked for fails and says so. }
    Worker.SyncNow;
    Ear.Wait(Ear.Failed, Round);
    Check(Ear.Why = SBM_STATUS_NOT_LOGGED_IN, 'and says why');
  end;
  Check(Ear.SameThread = 0, 'it is another thread');
  Check(Ear.Mask = Before, 'under the floating-point state of the host');
  Thrown := 0;
  Ear.Throws := True;
  Worker.SyncNow;
  Ear.Wait(Ear.Failed, 4);
  Worker.SyncNow;
  Ear.Wait(Ear.Failed, 5);
  Check(Thrown > 0, 'an exception ends no worker');
  Worker.Stop;
  Worker.Stop;
  Fails(SBM_STATUS_BAD_HANDLE, StopAgain, 'a worker that was stopped');
  Worker := Ear.Client.StartWorker(nil);
  Check(Worker.Handle <> nil, 'a worker without a callback');
  Worker := nil;
  Ear.Client := nil;
end;

initialization
  Ear := TEar.Create;
finalization
  Ear.Free;
end.
