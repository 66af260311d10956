{
  Exchanging with the server: from a timer when it is due, and at once when the user wants it.

      sync DIRECTORY           somebody logged in there before
}
program Sync;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

procedure Main;
var
  Client: ISbmClient;
  Summary: sbm_sync_summary;
  Profiles: TSbmProfiles;
  AgeMs: Int64;
  Number: Integer;
begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));

  { From a TTimer, every minute if you like: the client asks the server when it is due, about once an hour. }
  for Number := 1 to 2 do
    if Client.SyncIfDue.tried <> 0 then
      WriteLn('tick ', Number, ': asked')
    else
      WriteLn('tick ', Number, ': not due');

  { Behind a button: always. That the server did not answer is no exception; the summary says so, and why. }
  Summary := Client.Sync;
  if Summary.online <> 0 then
    WriteLn('server: answered')
  else
    WriteLn('server: ', SbmStatusText(Summary.why));
  WriteLn('changes waiting: ', Summary.changes_waiting, ', runs waiting: ', Summary.runs_waiting);
  if (Client.LastContact(AgeMs) > 0) and (AgeMs >= 0) and (AgeMs < 60000) then
    WriteLn('last contact: within a minute')
  else
    WriteLn('last contact: long ago');

  { What the user may use here. }
  Profiles := Client.Profiles;
  for Number := 0 to High(Profiles) do
    WriteLn('profile: ', Profiles[Number].Name, ', revision ', Profiles[Number].Revision);
end;

begin
  SbmConsole;
  if ParamCount < 1 then
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
