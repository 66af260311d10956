{
  What accounts bring: codes, one machine for each, quotas, settings, a look.

      accounts DIRECTORY CONNECTION USER PASSWORD
}
program Accounts;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

var
  Client: ISbmClient;
  Server, User, Password: UnicodeString;

{ A window of yours. }
function Ask(const Question: UnicodeString): UnicodeString;
begin
  Write(ErrOutput, Question, ' ');
  ReadLn(Result);
end;

{ What a login lacked: the code of a second factor. }
function Code(const E: ESbm): UnicodeString;
begin
  if E.CodeAddress(SBM_CHANNEL_EMAIL) <> '' then
    Client.SendLoginCode(Server, User, Password, SBM_CHANNEL_EMAIL);
  Result := Ask('code?');
end;

{ Or the user's word that the account is to be on this machine. Nothing is done unasked. A code counts once. }
procedure LogIn(const Shown: UnicodeString);
begin
  try
    if Shown = '' then
      Client.Login(Server, User, Password)
    else
      Client.Login(Server, User, Password, Shown);
  except
    on E: ESbm do
      if (E.Code = SBM_STATUS_DENIED_SECOND_FACTOR) and (Shown = '') then
        LogIn(Code(E))
      else if (E.Code <> SBM_STATUS_OTHER_MACHINE) or (Ask(E.Text) <> 'yes') then
        raise
      else if Shown = '' then
        Client.TakeOver(Server, User, Password)
      else
        Client.TakeOver(Server, User, Password, Ask('another code?'));
  end;
end;

procedure Main;
const
  Forced: array[Boolean] of string = ('', ', forced');
var
  Compression: TSbmSetting;
begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));
  Server := UnicodeString(ParamStr(2));
  User := UnicodeString(ParamStr(3));
  Password := UnicodeString(ParamStr(4));
  LogIn('');
  if Client.Branding = nil then WriteLn('called: accounts') else WriteLn('called: ', Client.Branding.Name);
  Compression := Client.Setting('compression', 'fast');
  WriteLn('compression: ', Compression.Value, Forced[Compression.Mode = SBM_SETTING_MODE_FORCED]);
  { Room is kept for what the run expects to store; afterwards the host says what it stores in all. }
  Client.BeginRun(TSbmRunStart.Make('documents', SBM_TRIGGER_MANUAL), 4096).Finish(TSbmRunEnd.Make(SBM_RESULT_SUCCESS));
  Client.ReportStored(4096);
  Client.Sync;
  if Client.Room.Warns then WriteLn('room: nearly none')
  else if Client.Room.Left < 0 then WriteLn('room: no ceiling') else WriteLn('room: enough');
end;

begin
  SbmConsole;
  if ParamCount < 4 then Halt(2);
  try Main except on E: ESbm do begin WriteLn(ErrOutput, E.Name, ': ', E.Text); ExitCode := 1; end; end;
end.
