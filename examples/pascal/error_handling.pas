{
  Handling errors: a code for the program, a sentence for the user, and whether another attempt makes sense.

      error_handling DIRECTORY CONNECTION USER PASSWORD

  Not errors.pas: Free Pascal has a unit of its own of that name.
}
program Error_Handling;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

const
  { Port 1 of this computer: nobody is there. }
  Nobody = 'sbm://127.0.0.1:1#ca-sha256=0000000000000000000000000000000000000000000000000000000000000000';

var
  Client: ISbmClient;

{ Names are for logs and scripts and never change; texts are for people, and get better. }
procedure Report(const What: string; E: ESbm);
const
  Words: array[Boolean] of string = ('no', 'yes');
begin
  WriteLn(What, ': ', E.Name, ', again later: ', Words[E.IsRetryable]);
  WriteLn(ErrOutput, What, ': ', E.Text);
  if E.RetryAfterMs >= 0 then { the server said when }
    WriteLn(ErrOutput, What, ': again in ', E.RetryAfterMs, ' ms');
end;

procedure LogIn(const What: string; const Connection, Password: UnicodeString);
begin
  try
    Client.Login(Connection, UnicodeString(ParamStr(3)), Password);
    WriteLn(What, ': ok');
  except
    on E: ESbm do Report(What, E);
  end;
end;

procedure Main;
var
  Effect: sbm_effect;
begin
  Client := SbmNewConfig(UnicodeString(ParamStr(1))).Open;
  WriteLn('configuration: ok');
  WriteLn('client: ok');
  LogIn('nobody there', Nobody, UnicodeString(ParamStr(4)));
  LogIn('no connection string', 'example.org', UnicodeString(ParamStr(4)));
  LogIn('wrong password', UnicodeString(ParamStr(2)), 'not the password');
  try
    Client.May(SBM_ACTION_CREATE, 'not a GUID');
  except
    on E: ESbm do Report('wrong GUID', E);
  end;
  LogIn('login', UnicodeString(ParamStr(2)), UnicodeString(ParamStr(4)));
  { Who does not like exceptions calls the flat functions, on the same handle; nil: without the details. }
  WriteLn('without details: ', SbmStatusName(sbm_client_may(Client.Handle, 99, nil, @Effect, nil)));
  Client := nil;
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
