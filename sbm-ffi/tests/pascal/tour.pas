{ Everything that needs no server, through the interfaces of sbm.pas. `tour DIRECTORY [unmasked]`: with the second word, all
  floating-point exceptions of the host are on, as in Delphi. }
program Tour;

{$MODE DELPHI}
{$CODEPAGE UTF8}

uses
  {$IFDEF UNIX}cthreads, cwstring,{$ENDIF}
  SysUtils, Math, Sbm, Expect, Ears, Desk;

var
  Mask: TFPUExceptionMask;

procedure TheLibraryKnowsItself;
begin
  Check(Pos('.', SbmVersion) > 1, 'a version');
  Check(sbm_abi_version >= SBM_ABI, 'the library is as new as the unit');
  Check(SbmStatusName(SBM_STATUS_DENIED_RIGHT) = 'denied_right', 'a name');
  Check((SbmStatusName(-5) = 'unknown') and (SbmStatusText(-5) <> ''), 'no name');
  Check((sbm_status_is_retryable(SBM_STATUS_UNREACHABLE) = 1) and (sbm_status_is_retryable(SBM_STATUS_DENIED_RIGHT) = 0), 'retry');
  Check(SbmAvailable, 'every function is there');
end;

procedure ZeroInside;
begin
  SbmToUtf8('carol'#0'root');
end;

procedure FirstHalf;
begin
  SbmToUtf8(UnicodeString('x') + WideChar($D83D));
end;

procedure SecondHalf;
begin
  SbmToUtf8(WideChar($DE00) + UnicodeString('x'));
end;

procedure ZeroInGuid;
begin
  Client.May(SBM_ACTION_DELETE, '94D3D1C174724DC9A5E99EE763E23159'#0'x');
end;

procedure BadGuid;
begin
  Client.May(SBM_ACTION_DELETE, 'Grüße 😀');
end;

procedure TextsAreUtf8Outside;
var
  Text: UnicodeString;
  Bytes: UTF8String;
begin
  Text := 'Grüße 😀';
  Check(Length(Text) = 8, 'UTF-16 inside');
  Bytes := SbmToUtf8(Text);
  Check((Length(Bytes) = 12) and (Ord(Bytes[9]) = $F0), 'UTF-8 outside');
  Check(SbmFromUtf8(PAnsiChar(Bytes)) = Text, 'and back');
  Check((SbmToUtf8('') = '') and (SbmFromUtf8('') = ''), 'nothing stays nothing');
  Fails(SBM_STATUS_NOT_UTF8, FirstHalf, 'the first half of a character');
  Fails(SBM_STATUS_NOT_UTF8, SecondHalf, 'the second half of a character');
  Fails(SBM_STATUS_INVALID_ARGUMENT, ZeroInside, 'a text that C would cut');
  Fails(SBM_STATUS_INVALID_ARGUMENT, ZeroInGuid, 'a GUID that C would cut');
  Fails(SBM_STATUS_INVALID_GUID, BadGuid, 'no GUID');
  try
    BadGuid;
  except
    on E: ESbm do
    begin
      Check(Pos(Text, E.Text) > 0, 'the wrong value comes back as it was');
      Check(E.Message <> '', 'Delphi shows Message');
    end;
  end;
  Check(DirectoryExists(UTF8String(SbmToUtf8(Place))), 'the directory has the name that was given');
end;

{ The run-time library of the host does not compute times with every exception on. }
function NoonIn2026: TDateTime;
begin
  SetExceptionMask([exInvalidOp, exDenormalized, exZeroDivide, exOverflow, exUnderflow, exPrecision]);
  Result := EncodeDate(2026, 11, 22) + EncodeTime(12, 34, 56, 789);
  ClearExceptions(False);
  SetExceptionMask(Mask);
end;

procedure TimesAreMilliseconds;
begin
  Check(SbmTime(EncodeDate(1970, 1, 1)) = 0, '1970');
  Check(SbmTime(NoonIn2026) = 1795350896789, '2026');
  Check(SbmTime(SbmDateTime(1795350896789)) = 1795350896789, 'there and back');
  Check(SbmTime(EncodeDate(1969, 12, 31)) = -86400000, 'before 1970');
  Check(SbmTime(SbmDateTime(-2300000000123)) = -2300000000123, 'before 1899');
  Check(Abs(SbmUtcOffsetMinutes) <= 1080, 'a time zone');
end;

procedure EmptyDirectory;
begin
  SbmNewConfig('');
end;

procedure NoTime;
begin
  Config.SetTimeoutMs(0);
end;

procedure TooMuchTime;
begin
  Config.SetConnectTimeoutMs(3600001);
end;

procedure NoHandshake;
begin
  Config.SetHandshakeTimeoutMs(-1);
end;

procedure NoClock;
begin
  Config.SetClock(nil);
end;

procedure NoLog;
begin
  Config.SetLog(SBM_LOG_LEVEL_INFO, nil);
end;

procedure NoLevel;
begin
  Config.SetLog(99, Ear.Log);
end;

procedure NoProxy;
begin
  Config.SetProxy('gopher://nowhere');
end;

procedure AConfigurationIsChecked;
var
  Flat: Psbm_config;
  Error: Psbm_error;
begin
  Check(sbm_config_new(SBM_ABI + 100, PAnsiChar(SbmToUtf8(Place)), @Flat, @Error) = SBM_STATUS_ABI_MISMATCH, 'a newer unit');
  Check((Flat = nil) and (sbm_error_status(Error) = SBM_STATUS_ABI_MISMATCH), 'the flat error');
  sbm_error_free(Error);
  Fails(SBM_STATUS_INVALID_ARGUMENT, EmptyDirectory, 'no directory');
  Config := SbmNewConfig(Place);
  Config.SetProgram('Tour 1.0 für alle');
  Config.SetTimeoutMs(5000);
  Config.SetConnectTimeoutMs(1000);
  Config.SetHandshakeTimeoutMs(1000);
  Config.SetSystemRoots(True);
  Config.SetManagedRequired(False);
  Config.SetPlainFiles(False);
  Config.SetOutbox(1000, 1000000);
  Config.SetProxy('http://127.0.0.1:1');
  Config.SetProxy('');
  Fails(SBM_STATUS_INVALID_ARGUMENT, NoTime, 'no time');
  Fails(SBM_STATUS_INVALID_ARGUMENT, TooMuchTime, 'too much time');
  Fails(SBM_STATUS_INVALID_ARGUMENT, NoHandshake, 'less than no time');
  Fails(SBM_STATUS_NULL_ARGUMENT, NoClock, 'no clock');
  Fails(SBM_STATUS_NULL_ARGUMENT, NoLog, 'no log');
  Fails(SBM_STATUS_INVALID_ARGUMENT, NoLevel, 'no level');
  Fails(SBM_STATUS_INVALID_ARGUMENT, NoProxy, 'no proxy');
  Check(Config.Handle <> nil, 'it is still there');
end;

procedure AskClosed;
begin
  Client.State;
end;

{ Free Pascal holds results until the end of the routine, so this is one of its own. }
function Opened(out Decision: ISbmDecision; out Run: ISbmRun): Psbm_client;
var
  Effect: sbm_effect;
  Own: ISbmClient;
begin
  Own := SbmOpen(Place);
  Result := Own.Handle;
  Check(sbm_client_may(Result, SBM_ACTION_CREATE, nil, @Effect, nil) = SBM_OK, 'open');
  Decision := Own.Explain(SBM_ACTION_CREATE);
  Run := Own.BeginRun(TSbmRunStart.Make('documents', SBM_TRIGGER_MANUAL));
end;

procedure ConfigureClosed;
begin
  Config.SetTimeoutMs(1);
end;

procedure AClientLivesAsLongAsItIsHeld;
var
  Handle: Psbm_client;
  Effect: sbm_effect;
  Decision: ISbmDecision;
  Run: ISbmRun;
begin
  Handle := Opened(Decision, Run);
  Check(sbm_client_may(Handle, SBM_ACTION_CREATE, nil, @Effect, nil) = SBM_STATUS_BAD_HANDLE, 'released and closed');
  Check(Decision.Sentence <> '', 'a decision outlives its client');
  Check(Run.Finish(TSbmRunEnd.Make(SBM_RESULT_SUCCESS)) = 0, 'and so does a run');
  Config.Close;
  Config.Close;
  Fails(SBM_STATUS_NULL_ARGUMENT, ConfigureClosed, 'a configuration that was closed');
  Check(Client.State = SBM_STATE_UNMANAGED, 'a client outlives its configuration');
  Client.Close;
  Client.Close;
  Fails(SBM_STATUS_BAD_HANDLE, AskClosed, 'closed');
end;

procedure FloatingPointIsTheHosts;
var
  Zero, Got: Double;
begin
  Check(GetExceptionMask = Mask, 'the mask is what it was');
  if not (exZeroDivide in Mask) then
  begin
    Zero := Ear.Zero;
    Got := 0;
    try
      Got := 1 / Zero;
    except
      on EZeroDivide do Got := 7;
    end;
    Check(Got = 7, 'and it holds');
    SetExceptionMask(Mask);
  end;
end;

begin
  SbmConsole;
  Place := UnicodeString(ParamStr(1)) + '-Grüße-😀';
  if ParamStr(2) = 'unmasked' then
    SetExceptionMask([]);
  Mask := GetExceptionMask;
  TheLibraryKnowsItself;
  AConfigurationIsChecked;
  Client := Config.Open;
  TextsAreUtf8Outside;
  TimesAreMilliseconds;
  FloatingPointIsTheHosts;
  NobodyManagesUs;
  WithoutALoginAManagedOneIsDenied;
  RunsWorkWithoutAServer;
  ThereIsNothingToFetch;
  AServerThatIsNotThereIsAFinding;
  ARollOutIsChecked;
  FloatingPointIsTheHosts;
  ACallbackIsHeardAndItsExceptionsStay(Place);
  ACallbackIsKept(Place);
  AWorkerCallsFromItsOwnThread(Place);
  FloatingPointIsTheHosts;
  AClientLivesAsLongAsItIsHeld;
  FloatingPointIsTheHosts;
  Client := nil;
  Config := nil;
  WriteLn('ok ', Checks);
end.
