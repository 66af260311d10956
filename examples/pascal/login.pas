{
  Logging in, once: the user names server, login name and password, the program looks at the server first, and from then on this
  installation is managed.

      login DIRECTORY CONNECTION USER PASSWORD
}
program Login;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

procedure Main;
const
  Words: array[Boolean] of string = ('no', 'yes');
var
  Client: ISbmClient;
  Test: ISbmServerTest;
begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));

  { Without a user it is a question and changes nothing. Its report is what a form shows beside its button "Test". }
  Test := Client.TestServer(UnicodeString(ParamStr(2)));
  WriteLn('server reachable: ', Words[Test.Reachable = SBM_CHECK_PASSED]);
  WriteLn('certificate confirmed: ', Words[Test.Certificate = SBM_CHECK_PASSED]);

  { The password is used for this one exchange. Do not keep it: the client has a token of its own afterwards. A login that fails
    is an exception whose text is made for the user; nothing has changed then, so that he may try again. }
  Client.Login(UnicodeString(ParamStr(2)), UnicodeString(ParamStr(3)), UnicodeString(ParamStr(4)));
  WriteLn('logged in: ', Client.User);
  WriteLn('online: ', Words[Client.State = SBM_STATE_ONLINE]);
  { A login locks the connection: a form shows it read-only from now on. }
  WriteLn('connection locked: ', Words[Client.IsLocked and (Client.Connection <> '')]);
end;

begin
  SbmConsole;
  if ParamCount < 4 then
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
