{
  minibackup.pas: a small backup program that is managed by SBM. The program is at the end; each command asks SBM before it acts.
  The rest is in minibackup/, one unit for each noun. It is made for Free Pascal on Unix and does what minibackup.c does:

      fpc -Mdelphi -Fu../include -Fuminibackup -Fl/usr/local/lib minibackup.pas

  DIR/sbm belongs to SBM. DIR/profiles, DIR/settings and DIR/login are minibackup's own.
  A command exits with 0: done, 1: failed, 2: wrong usage, 3: SBM denied it; the reason is on stderr. Without a command there is a
  prompt, which says whether the server is there.
}
program Minibackup;

{$MODE DELPHI}

uses
  cthreads, cwstring, SysUtils, Sbm, Command, Keys, Permission, Profile, Backup, Delivery, Upload, Connection;

const
  Usages: array[0..20] of string = (
    'minibackup --home DIR [--rollout FILE] [COMMAND]',
    '  test CONNECTION USER            can the server be reached, and would it let that user in? If all is well, the connection',
    '                                  is locked to that server and user',
    '  login CONNECTION USER, logout   passwords come from the terminal, or from MINIBACKUP_PASSWORD; the code of a second factor',
    '                                  from MINIBACKUP_CODE',
    '  take-over CONNECTION USER       the same, and the backup account that another computer has is on this one from then on',
    '  enrol CONNECTION                instead: by the enrolment code in MINIBACKUP_CODE, without a password',
    '  connection                      which server, who, and whether that is locked',
    '  connect CONNECTION USER ADMINISTRATOR   changes what is locked; his password: also from MINIBACKUP_ADMIN_PASSWORD',
    '  status                          what you may do, and why not',
    '  sync                            profiles and history, now',
    '  list, show NAME                 managed and local profiles',
    '  create NAME --source DIR --dest DIR [--include PATTERN]... [--exclude PATTERN]... [--schedule TEXT]',
    '  modify NAME KEY=VALUE, rename NAME NEW, delete NAME, export NAME FILE, import FILE',
    '  set KEY=VALUE                   global settings: verbose=yes names each file',
    '  set-login KEY=VALUE             login settings: only=USER lets only that user of the operating system in, whoever is logged',
    '                                  in at the server; roots=system trusts this computer''s certificate authorities for a',
    '                                  CONNECTION without a fingerprint',
    '  run NAME [--scheduled | --group], restore NAME DIR',
    '  upload NAME ADMINISTRATOR DESCRIPTION [--with-schedule]   gives a profile to the server',
    '  help, quit');

procedure Help(var Where: Text);
var
  Line: string;
begin
  for Line in Usages do
    if Line <> '' then
      WriteLn(Where, Line);
end;

{ One command with its arguments. }
procedure Obey(const Word: TWords);

  function Says(const Name: string; Arguments: Integer): Boolean;
  begin
    Result := (Word[0] = Name) and (Length(Word) - 1 = Arguments);
  end;

begin
  if Says('help', 0) then Help(Output)
  else if Says('test', 2) then TestServer(Word[1], Word[2])
  else if Says('login', 2) then LogIn(Word[1], Word[2], False)
  else if Says('take-over', 2) then LogIn(Word[1], Word[2], True)
  else if Says('enrol', 1) then Enrol(Word[1])
  else if Says('logout', 0) then LogOut
  else if Says('connection', 0) then ShowConnection
  else if Says('connect', 3) then Reconnect(Word[1], Word[2], Word[3])
  else if Says('status', 0) then ShowStatus
  else if Says('sync', 0) then Synchronize
  else if Says('list', 0) then ListProfiles
  else if Says('show', 1) then ShowProfile(Word[1])
  else if (Word[0] = 'create') and (Length(Word) > 1) then CreateProfile(Word[1], Copy(Word, 2, Length(Word)))
  else if Says('modify', 2) then ModifyProfile(Word[1], Word[2])
  else if Says('rename', 2) then RenameProfile(Word[1], Word[2])
  else if Says('delete', 1) then DeleteProfile(Word[1])
  else if Says('export', 2) then ExportProfile(Word[1], Word[2])
  else if Says('import', 1) then ImportProfile(Word[1])
  else if Says('set', 1) then ChangeSetting(SBM_ACTION_MODIFY_GLOBAL_SETTINGS, 'settings', Word[1])
  else if Says('set-login', 1) then ChangeSetting(SBM_ACTION_MODIFY_LOGIN_SETTINGS, 'login', Word[1])
  else if Says('run', 1) then Run(Word[1], SBM_TRIGGER_MANUAL)
  else if Says('run', 2) and (Word[2] = '--scheduled') then Run(Word[1], SBM_TRIGGER_SCHEDULE)
  else if Says('run', 2) and (Word[2] = '--group') then Run(Word[1], SBM_TRIGGER_GROUP)
  else if Says('restore', 2) then Run(Word[1], SBM_TRIGGER_RESTORE, Word[2])
  else if Says('upload', 3) then UploadProfile(Word[1], Word[2], Word[3], False)
  else if Says('upload', 4) and (Word[4] = '--with-schedule') then UploadProfile(Word[1], Word[2], Word[3], True)
  else
  begin
    WriteLn(ErrOutput, 'minibackup: ', Word[0], ': no such command with these arguments; see `minibackup help`');
    raise EStop.Create(USAGE);
  end;
end;

{ How what was tried ended: 4xx is a denial. }
function Ended(E: Exception): Integer;
begin
  Result := FAILED;
  if E is EStop then
    Result := EStop(E).Status
  else if E is ESbm then
  begin
    Tell(ESbm(E));
    if ESbm(E).IsDenial then
      Result := DENIED;
  end
  else
    WriteLn(ErrOutput, 'minibackup: ', E.Message);
end;

{ Cuts a line into words; what stands in quotes is one word. }
function Words(Line: string): TWords;
var
  Ending: Char;
  Place: Integer;
begin
  Result := nil;
  Line := TrimLeft(Line);
  while Line <> '' do
  begin
    Ending := ' ';
    if Line[1] in ['"', ''''] then
    begin
      Ending := Line[1];
      Delete(Line, 1, 1);
    end;
    Place := Pos(Ending, Line + Ending);
    SetLength(Result, Length(Result) + 1);
    Result[High(Result)] := Copy(Line, 1, Place - 1);
    Line := TrimLeft(Copy(Line, Place + 1, MaxInt));
  end;
end;

{
  The prompt. A command that fails has said why; the next one may do better. While somebody thinks, SBM's worker checks with the
  server every hour and sees what other processes did; it needs no callback, since each prompt looks by itself.
}
function Converse: Integer;
var
  Worker: ISbmWorker;
  Line: string;
  Word: TWords;
begin
  Worker := Client.StartWorker(nil);
  Word := nil;
  Result := 0;
  repeat
    try
      if Word <> nil then
        Obey(Word);
      TakeOver;
    except
      on E: Exception do Result := Ended(E);
    end;
    Caption(Output, '> ');
    if Eof then
      Break;
    Result := 0;
    ReadLn(Line);
    Word := Words(Line);
  until (Length(Word) = 1) and (Word[0] = 'quit');
  Worker.Stop;
end;

{ Everything behind --home DIR. }
function Work: Integer;
var
  First, Index: Integer;
  Word: TWords;
  Rollout: string;
begin
  Home := ParamStr(2);
  First := 3;
  Rollout := '';
  if (ParamCount >= 4) and (ParamStr(3) = '--rollout') then
  begin
    Rollout := ParamStr(4);
    First := 5;
  end;
  Word := nil;
  for Index := First to ParamCount do
  begin
    SetLength(Word, Length(Word) + 1);
    Word[High(Word)] := ParamStr(Index);
  end;
  Result := 0;
  try
    OpenClient(Rollout);
    if Word = nil then
      Result := Converse
    else
    begin
      Caption(ErrOutput);
      Obey(Word);
    end;
  except
    on E: Exception do Result := Ended(E);
  end;
  Client := nil;
end;

begin
  SbmConsole;
  if (ParamCount = 1) and (ParamStr(1) = 'help') then
    Help(Output)
  else if (ParamCount < 2) or (ParamStr(1) <> '--home') then
  begin
    Help(ErrOutput);
    ExitCode := USAGE;
  end
  else
    ExitCode := Work;
end.
