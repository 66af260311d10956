{ delivery.pas: what the server wants to be installed, updated or removed here (PRO-8). }
unit Delivery;

{$MODE DELPHI}

interface

{
  Takes every change that waits. One that concerns a running profile waits until the run is over, here or elsewhere. A cache that
  cannot be read or written delivers nothing; that is said, and ends nothing by itself: SBM knows what goes on then, and a login
  may mend it. Answers whether all is well.
}
function TakeOver: Boolean;
{ Profiles and history, now: what Ctrl-F5 is for in a window. }
procedure Synchronize;

implementation

uses
  SysUtils, Sbm, Command, Keys, Profile;

{ A profile of the user's own keeps its data under another name; the managed one gets the name. }
function MakeRoom(const Path, Name: string): string;
var
  Number: Integer;
  Local: string;
begin
  Local := ProfilePath(Name + ' (local)');
  for Number := 2 to 100 do
  begin
    if not FileExists(Local) then
    begin
      if RenameFile(Path, Local) then
        Exit('');
      Exit(SysErrorMessage(GetLastOSError));
    end;
    Local := ProfilePath(Name + ' (local ' + IntToStr(Number) + ')');
  end;
  Result := 'local profiles are in the way';
end;

function ToText(const Bytes: TBytes): string;
begin
  SetLength(Result, Length(Bytes));
  if Result <> '' then
    Move(Bytes[0], Result[1], Length(Bytes));
end;

{ An administrator chose the name; it leads nowhere else. }
function SafeName(const Name: string): string;
begin
  Result := StringReplace(Name, '/', '_', [rfReplaceAll]);
  if Copy(Result, 1, 1) = '.' then
    Result := '_' + Result;
end;

{ Does one change; answers what went wrong, or ''. Done twice, as after a crash, it does no harm. }
function Apply(const Change: ISbmChange): string;
var
  Before, After: TKeys;
  Had: Boolean;
  Guid, Name, Path, Old, Schedule: string;
begin
  Result := '';
  Guid := string(Change.Guid);
  Had := Find(Guid, Old, Before);
  if Change.Kind = SBM_DELIVERY_REMOVE then
  begin
    if Had and not DeleteFile(Old) then
      Result := SysErrorMessage(GetLastOSError);
    Exit;
  end;
  After.ReadText(ToText(Change.Body));
  if not After.Has('source') or not After.Has('dest') then
    Exit('the content is not a profile with source= and dest=');
  Schedule := ToText(Change.Schedule);
  if Copy(Schedule, Length(Schedule), 1) = #10 then { a file of one line ends with one }
    SetLength(Schedule, Length(Schedule) - 1 - Ord(Copy(Schedule, Length(Schedule) - 1, 1) = #13));
  if Pos(#10, Schedule) > 0 then
    Exit('the schedule is not one line');
  if (Schedule = '') and Had then
    Schedule := Before.Get('schedule'); { none came: ours stays }
  After.Put('schedule', Schedule);
  After.Put('managed', Guid);

  Name := SafeName(string(Change.Name));
  Path := ProfilePath(Name);
  if FileExists(Path) and not (Had and (Path = Old)) then
    Result := MakeRoom(Path, Name);
  if Result <> '' then
    Exit;
  if not After.Save(Path) or (Had and (Path <> Old) and not DeleteFile(Old)) then
    Result := SysErrorMessage(GetLastOSError);
end;

function TakeOver: Boolean;
const
  Done: array[SBM_DELIVERY_NONE..SBM_DELIVERY_REMOVE] of string = ('', 'installed', 'updated', 'removed');
var
  Change: ISbmChange;
  Problem: string;
begin
  Result := True;
  try
    while Client.NextChange(Change) do
    begin
      Problem := Apply(Change);
      if Problem = '' then
      begin
        Change.Done;
        WriteLn(Change.Name, ': ', Done[Change.Kind]);
      end
      else
      begin
        Change.Failed(UnicodeString(Problem));
        WriteLn(Change.Name, ': ', Problem);
      end;
    end;
  except
    on E: ESbm do
    begin
      Tell(E); { it comes again }
      Result := False;
    end;
  end;
end;

procedure Synchronize;
var
  Summary: sbm_sync_summary;
  Refused: Boolean;
begin
  Summary := Client.Sync;
  Refused := (Summary.online <> 0) and (Summary.why <> SBM_OK); { the server answered, and refused }
  if Refused then
    Write('refused')
  else if Summary.online <> 0 then
    Write('online')
  else
    Write('offline');
  if Summary.why <> SBM_OK then
    Write(': ', SbmStatusText(Summary.why));
  WriteLn('; ', Summary.runs_sent, ' runs sent, ', Summary.runs_waiting, ' waiting');
  if not TakeOver or Refused then
    raise EStop.Create(FAILED);
end;

end.
