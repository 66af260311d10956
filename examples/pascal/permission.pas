{
  Asking before an act whether the user may do it, and telling him why not.

      permission DIRECTORY     somebody logged in there before
}
program Permission;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

const
  Answers: array[Boolean] of string = ('denied', 'allowed');

{ Tells why not: the sentence for the user, the rest for whoever he calls for help. }
procedure Explain(const Decision: ISbmDecision);
begin
  WriteLn(Decision.Sentence);
  WriteLn('reason: ', SbmStatusName(Decision.Code), ', rule: ', Decision.Rule);
  if Decision.Change <> '' then
    WriteLn('a way out: yes')
  else
    WriteLn('a way out: no');
end;

procedure Main;
var
  Client: ISbmClient;
  Profiles: TSbmProfiles;
  Index: Integer;
begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));

  { Asked as a menu does that is about to be shown: from memory, so ask as often as you like. SBM_EFFECT_UNMANAGED counts as
    allowed: nobody manages this installation then, and the program's own rules hold. }
  WriteLn('create: ', Answers[Client.Allows(SBM_ACTION_CREATE)]);
  if not Client.Allows(SBM_ACTION_CREATE) then
    Explain(Client.Explain(SBM_ACTION_CREATE));

  { What is done to a managed profile is asked with its GUID. }
  Profiles := Client.Profiles;
  for Index := 0 to High(Profiles) do
    WriteLn(Profiles[Index].Name, ': run ', Answers[Client.Allows(SBM_ACTION_RUN_MANUALLY, Profiles[Index].Guid)],
      ', delete ', Answers[Client.Allows(SBM_ACTION_DELETE, Profiles[Index].Guid)]);
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
