{ backup.pas: the work itself, from the beginning of a run to its record. }
unit Backup;

{$MODE DELPHI}

interface

uses
  Sbm;

{
  One run: what SBM is told is what the administrator will see. A restore copies the other way, to Target. It is asked for like
  every act; BeginRun asks once more by itself. While it goes on, no change of this profile is delivered.
}
procedure Run(const Name: string; Trigger: sbm_trigger; const Target: string = '');

implementation

uses
  SysUtils, BaseUnix, Command, Keys, Profile;

function fnmatch(pattern, name: PAnsiChar; flags: cint): cint; cdecl; external 'c';
function fchmod(fd: cint; mode: cuint): cint; cdecl; external 'c';
function fsync(fd: cint): cint; cdecl; external 'c';
function futimens(fd: cint; times: Pointer): cint; cdecl; external 'c';

var
  Verbose: Boolean;

{ Whether a pattern of that key fits the path or its last part; IfNone if there is no such pattern. }
function Matches(const Profile: TKeys; const Key, Path: string; IfNone: Boolean): Boolean;
var
  Line, Pattern: string;
begin
  Result := IfNone;
  for Line in Profile.Line do
    if TKeys.IsOf(Line, Key, Pattern) then
    begin
      if (fnmatch(PAnsiChar(Pattern), PAnsiChar(Path), 0) = 0)
        or (fnmatch(PAnsiChar(Pattern), PAnsiChar(ExtractFileName(Path)), 0) = 0) then
        Exit(True);
      Result := False;
    end;
end;

function CopyFile(const Source, Copy: string; const Original: TStat): Boolean;
var
  Buffer: array[0..65535] of Byte;
  Times: array[0..1] of timespec;
  Input, Output: cint;
  Size: TSsize;
  Reason: cint;
begin
  Times[0].tv_sec := Original.st_atime;
  Times[0].tv_nsec := Original.st_atime_nsec;
  Times[1].tv_sec := Original.st_mtime;
  Times[1].tv_nsec := Original.st_mtime_nsec;
  Size := -1;
  Input := FpOpen(Source, O_RDONLY);
  Output := FpOpen(Copy + '.partial', O_WRONLY or O_CREAT or O_TRUNC, &600);
  if (Input >= 0) and (Output >= 0) then
    repeat
      Size := FpRead(Input, Buffer, SizeOf(Buffer));
    until (Size <= 0) or (FpWrite(Output, Buffer, Size) <> Size);
  Result := (Size = 0) and (fchmod(Output, Original.st_mode and &777) = 0) and (futimens(Output, @Times) = 0)
    and (fsync(Output) = 0) and (FpRename(Copy + '.partial', Copy) = 0);
  Reason := fpgeterrno;
  if not Result then
  begin
    WriteLn(ErrOutput, 'minibackup: ', Source, ': ', SysErrorMessage(Reason));
    FpUnlink(Copy + '.partial');
  end
  else if Verbose then
    WriteLn(Source);
  FpClose(Input);
  FpClose(Output);
end;

procedure CopyTree(const Profile: TKeys; const Source, Target, Below: string; var Tally: TSbmRunEnd); forward;

{ One entry, if it is new or has another size or time. Here is the folder that it goes to. }
procedure CopyEntry(const Profile: TKeys; const Source, Copy, Path: string; const Here: TStat; var Tally: TSbmRunEnd);
var
  There, Old: TStat;
  Same: Boolean;
begin
  if Matches(Profile, 'exclude', Path, False) or (FpLstat(Source, There) <> 0) then
    Exit;
  if FpS_ISDIR(There.st_mode) then
  begin
    if (There.st_dev <> Here.st_dev) or (There.st_ino <> Here.st_ino) then { not the destination itself }
      CopyTree(Profile, Source, Copy, Path, Tally);
  end
  else if FpS_ISREG(There.st_mode) and Matches(Profile, 'include', Path, True) then
  begin
    Same := (FpLstat(Copy, Old) = 0) and (Old.st_size = There.st_size) and (Old.st_mtime = There.st_mtime)
      and (Old.st_mtime_nsec = There.st_mtime_nsec);
    if not Same and not CopyFile(Source, Copy, There) then
    begin
      Inc(Tally.FilesFailed);
      Inc(Tally.BytesFailed, There.st_size);
      Exit;
    end;
    if not Same then
    begin
      Inc(Tally.FilesCopied);
      Inc(Tally.BytesCopied, There.st_size);
    end;
    Inc(Tally.BytesStored, There.st_size);
  end;
end;

{ Below is the path below the source; '' at its top. }
procedure CopyTree(const Profile: TKeys; const Source, Target, Below: string; var Tally: TSbmRunEnd);
var
  Here: TStat;
  Directory: pDir;
  Entry: pDirent;
  Name, Prefix: string;
begin
  Directory := FpOpendir(Source);
  if (Directory = nil) or ((FpMkdir(Target, &700) <> 0) and (fpgeterrno <> ESysEEXIST)) or (FpStat(Target, Here) <> 0) then
  begin
    if Directory = nil then
      WriteLn(ErrOutput, 'minibackup: ', Source, ': ', SysErrorMessage(fpgeterrno))
    else
      WriteLn(ErrOutput, 'minibackup: ', Target, ': ', SysErrorMessage(fpgeterrno));
    Inc(Tally.FilesFailed);
  end
  else
  begin
    Prefix := Below;
    if Prefix <> '' then
      Prefix := Prefix + '/';
    Entry := FpReaddir(Directory^);
    while Entry <> nil do
    begin
      Name := PAnsiChar(@Entry^.d_name);
      if (Name <> '.') and (Name <> '..') then
        CopyEntry(Profile, Source + '/' + Name, Target + '/' + Name, Prefix + Name, Here, Tally);
      Entry := FpReaddir(Directory^);
    end;
  end;
  if Directory <> nil then
    FpClosedir(Directory^);
end;

{ All that minibackup stores is what its profiles store, each as of its last run: SBM wants the sum. }
procedure ReportStored(const Name: string; Bytes: Int64);
var
  Stored: TKeys;
  Line: string;
  Sum: UInt64;
begin
  Stored := Settings('stored');
  Stored.Put(Name, IntToStr(Bytes));
  Must(Stored.Save(SettingsPath('stored')), SettingsPath('stored'));
  Sum := 0;
  for Line in Stored.Line do
    Inc(Sum, UInt64(StrToInt64Def(Copy(Line, LastDelimiter('=', Line) + 1, Length(Line)), 0)));
  try
    Client.ReportStored(Sum);
  except
    on E: ESbm do
      if E.Code <> SBM_STATUS_NOT_LOGGED_IN then { nobody manages us: nobody counts }
        raise;
  end;
end;

procedure Run(const Name: string; Trigger: sbm_trigger; const Target: string);
var
  Path: string;
  Profile, Everything: TKeys;
  Action: sbm_action;
  Start: TSbmRunStart;
  RunEnd: TSbmRunEnd;
  Running: ISbmRun;
begin
  case Trigger of
    SBM_TRIGGER_RESTORE: Action := SBM_ACTION_RESTORE;
    SBM_TRIGGER_SCHEDULE: Action := SBM_ACTION_RUN_SCHEDULED;
  else
    Action := SBM_ACTION_RUN_MANUALLY;
  end;
  Profile := Use(Name, Action, Path);
  Start := TSbmRunStart.Make(UnicodeString(Name), Trigger);
  Start.Version := StrToInt64Def(Profile.Get('version'), 0);
  Start.ProfileGuid := UnicodeString(Profile.Get('managed'));
  if not Profile.Has('source') or not Profile.Has('dest') then
    Fail(Name, 'it has no source= or no dest=');
  { How many bytes of new data, if somebody knows: where a quota is set, room is kept for them. }
  Running := Client.BeginRun(Start, UInt64(StrToInt64Def(Profile.Get('expect'), 0)));
  Verbose := Settings('settings').Get('verbose') = 'yes';
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_SUCCESS);
  RunEnd.BytesStored := 0;
  if Start.Restore then
  begin
    Everything.Line := nil;
    CopyTree(Everything, Profile.Get('dest'), Target, '', RunEnd);
    RunEnd.BytesStored := -1;
  end
  else
    CopyTree(Profile, Profile.Get('source'), Profile.Get('dest'), '', RunEnd);
  if RunEnd.FilesFailed > 0 then
  begin
    RunEnd.Result := SBM_RESULT_FAILURE;
    if RunEnd.FilesCopied > 0 then
      RunEnd.Result := SBM_RESULT_WARNING;
    RunEnd.ErrorText := 'some files could not be copied';
  end;
  Running.Finish(RunEnd);
  if RunEnd.BytesStored >= 0 then
    ReportStored(Name, RunEnd.BytesStored);
  WriteLn(Name, ': ', RunEnd.FilesCopied, ' files (', RunEnd.BytesCopied, ' bytes) copied, ', RunEnd.FilesFailed, ' failed');
  if RunEnd.FilesFailed > 0 then
    raise EStop.Create(FAILED);
end;

end.
