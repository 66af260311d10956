{ permission.pas: SBM is asked before each act, and what it answers is shown. }
unit Permission;

{$MODE DELPHI}

interface

uses
  SysUtils, Sbm;

{ May the user do this? Guid is '' for a local profile. A denial has a sentence for the user, and ends the command. }
procedure Ask(Action: sbm_action; const Guid: string = '');
{ Who works here, and whether the server is there: what a window has in its title. }
procedure Caption(var Where: Text; const Ending: string = '');
{ All that the user may do and may not, with the reasons. }
procedure ShowStatus;

implementation

uses
  Command;

procedure Ask(Action: sbm_action; const Guid: string);
var
  Decision: ISbmDecision;
begin
  if Client.Allows(Action, UnicodeString(Guid)) then
    Exit; { also where nobody manages us: then we allow everything }
  Decision := Client.Explain(Action, UnicodeString(Guid));
  WriteLn(ErrOutput, 'minibackup: ', Decision.Sentence, '; ', Decision.Change);
  raise EStop.Create(DENIED);
end;

procedure Caption(var Where: Text; const Ending: string);
const
  Words: array[SBM_STATE_UNMANAGED..SBM_STATE_FLOOR] of string = ('unmanaged', 'online', 'offline', 'refused', 'floor');
var
  State: sbm_state;
  Why: sbm_status;
  User: UnicodeString;
begin
  State := Client.State(Why);
  User := Client.User;
  if User <> '' then
    User := User + ', ';
  Write(Where, 'minibackup (', User, Words[State], ')');
  if Ending <> '' then
    Write(Where, Ending)
  else if Why <> SBM_OK then
    WriteLn(Where, ': ', SbmStatusText(Why))
  else
    WriteLn(Where);
  Flush(Where);
end;

procedure ShowStatus;
var
  Action: sbm_action;
  Last, Sentence: UnicodeString;
begin
  Last := '';
  for Action := SBM_ACTION_CREATE to SBM_ACTION_RUN_SCHEDULED do
  begin
    Sentence := Client.Explain(Action).Sentence;
    if Sentence <> Last then
      WriteLn(Sentence); { one for all, if unmanaged }
    Last := Sentence;
  end;
end;

end.
