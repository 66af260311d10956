{ connection.pas: which server manages this computer, and who is logged in. }
unit Connection;

{$MODE DELPHI}

interface

{ From the environment, for scripts; else it is asked for, unseen. Never from the command line, where others can read it. }
function Password(const User, Variable: string): string;
{
  Can the server be reached, is it the confirmed one, does it admit us, are user and password right? If all is well, the connection
  is locked to that server and user; rights begin with the login.
}
procedure TestServer(const Server, User: string);
procedure LogIn(const Server, User: string; TakesOver: Boolean);
{ Without a password: an administrator gave the code out. Whoever has to wait enrols again, with the same code. }
procedure Enrol(const Server: string);
procedure LogOut;
{ Another server, or another user. While the connection is locked, its administrator allows it with his password. }
procedure Reconnect(const Server, User, Administrator: string);
{ What a form of the connection would show, read-only or not. }
procedure ShowConnection;
procedure OpenClient(const RolloutFile: string);

implementation

uses
  SysUtils, BaseUnix, Sbm, Command, Keys, Permission, Delivery;

function getpass(prompt: PAnsiChar): PAnsiChar; cdecl; external 'c';
{ Its first field is the name, which is all that is wanted. }
function getpwuid(uid: cuint): PPAnsiChar; cdecl; external 'c';

function Password(const User, Variable: string): string;
var
  Typed: PAnsiChar;
begin
  Result := GetEnvironmentVariable(Variable);
  if Result <> '' then
    Exit;
  Write(ErrOutput, User, ', ');
  Flush(ErrOutput);
  Typed := getpass('password: ');
  if Typed = nil then
    Fail(User, 'there is no terminal to type the password at');
  Result := Typed;
end;

function Own(const User: string): UnicodeString;
begin
  Result := UnicodeString(Password(User, 'MINIBACKUP_PASSWORD'));
end;

procedure TestServer(const Server, User: string);
var
  Test: ISbmServerTest;
begin
  Test := Client.TestServer(UnicodeString(Server), UnicodeString(User), Own(User));
  Write(Test.Report);
  if Test.Locked = SBM_CHECK_PASSED then
    WriteLn('the connection is locked to ', User, ' at this server; `connect` changes it, with an administrator''s password');
  if Test.Credentials <> SBM_CHECK_PASSED then
    raise EStop.Create(FAILED);
end;

procedure Begun;
begin
  Caption(ErrOutput);
  if not TakeOver then
    raise EStop.Create(FAILED);
end;

{
  A window would try without code, and ask for it when the status is SBM_STATUS_DENIED_SECOND_FACTOR; and when it is
  SBM_STATUS_OTHER_MACHINE it would show the sentence and ask whether the account is to be on this computer. Here it is another
  command.
}
procedure LogIn(const Server, User: string; TakesOver: Boolean);
var
  Code: string;
begin
  Code := GetEnvironmentVariable('MINIBACKUP_CODE');
  if TakesOver then
    Client.TakeOver(UnicodeString(Server), UnicodeString(User), Own(User), UnicodeString(Code))
  else if Code = '' then
    Client.Login(UnicodeString(Server), UnicodeString(User), Own(User))
  else
    Client.Login(UnicodeString(Server), UnicodeString(User), Own(User), UnicodeString(Code));
  Begun;
end;

procedure Enrol(const Server: string);
var
  Code: string;
begin
  Code := GetEnvironmentVariable('MINIBACKUP_CODE');
  if Code = '' then
    Fail(Server, 'put the enrolment code into MINIBACKUP_CODE');
  if Client.Enrol(UnicodeString(Server), UnicodeString(Code)) = SBM_ENROLMENT_WAITING then
    Fail(Server, 'a person has yet to let this computer in; enrol again later');
  Begun;
end;

procedure LogOut;
begin
  Client.Logout;
end;

procedure Reconnect(const Server, User, Administrator: string);
begin
  Client.ChangeConnection(UnicodeString(Server), UnicodeString(User), Own(User), UnicodeString(Administrator),
    UnicodeString(Password(Administrator, 'MINIBACKUP_ADMIN_PASSWORD')));
  Begun;
end;

function OrNone(const Text: UnicodeString): UnicodeString;
begin
  Result := Text;
  if Result = '' then
    Result := 'none';
end;

procedure ShowConnection;
var
  Server, User: UnicodeString;
  Age: Int64;
begin
  Server := Client.Connection(User);
  WriteLn('server: ', OrNone(Server));
  WriteLn('user: ', OrNone(User));
  if Client.Fingerprint <> '' then
    WriteLn('fingerprint: ', Client.Fingerprint);
  if Client.IsLocked then
    WriteLn('locked: yes; `connect` changes it, with an administrator''s password')
  else
    WriteLn('locked: no');
  if Client.LastContact(Age) >= 0 then
    WriteLn('last contact: ', Age div 1000, ' seconds ago');
end;

{
  Login settings: only=USER keeps everybody else of this computer out of this minibackup; roots=system trusts a server whose
  connection string has no fingerprint by the certificate authorities of this computer. Answers whether that was said.
}
function Admit: Boolean;
var
  Login: TKeys;
  User: PPAnsiChar;
begin
  Login := Settings('login');
  User := getpwuid(FpGeteuid);
  if Login.Has('only') and ((User = nil) or (string(User^) <> Login.Get('only'))) then
    Fail(Login.Get('only'), 'this minibackup is for that user alone');
  Result := Login.Get('roots') = 'system';
end;

procedure MakeFolder(const Path: string);
begin
  Must((FpMkdir(Path, &700) = 0) or (fpgeterrno = ESysEEXIST), Path);
end;

procedure OpenClient(const RolloutFile: string);
var
  Config: ISbmConfig;
  Rollout: ISbmRollout;
  SystemRoots: Boolean;
begin
  MakeFolder(Home);
  MakeFolder(Home + '/profiles');
  SystemRoots := Admit;
  Config := SbmNewConfig(UnicodeString(Home + '/sbm'));
  Config.SetProgram('minibackup 1.1');
  Config.SetSystemRoots(SystemRoots);
  Rollout := SbmNewRollout; { settings that somebody rolled out, from the environment and from a file }
  Rollout.AddEnvironment;
  if RolloutFile <> '' then
    Rollout.AddFile(UnicodeString(RolloutFile));
  Config.SetRollout(Rollout);
  Client := Config.Open;
  Client.RollOut(Rollout); { they count only while nothing is locked }
  try
    Client.SyncIfDue; { a program asks the server when it starts, if it has one }
  except
    on E: ESbm do Tell(E);
  end;
  TakeOver;
end;

end.
