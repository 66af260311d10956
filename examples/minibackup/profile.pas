{
  profile.pas: profiles, which are files DIR/profiles/NAME.profile of the keys source and dest, any number of include and exclude
  patterns, a version and a schedule if you like. SBM never reads one. A profile with managed=GUID came from the server, any other
  is local and nobody's but the user's.
}
unit Profile;

{$MODE DELPHI}

interface

uses
  SysUtils, Sbm, Keys;

type
  TWords = array of string;

function ProfilePath(const Name: string): string;
{ Opens a profile for an act, if the user may do it; SBM is not asked for 0. }
function Use(const Name: string; Action: sbm_action; out Path: string): TKeys;
{ Finds the managed profile of that GUID. }
function Find(const Guid: string; out Path: string; out Profile: TKeys): Boolean;
procedure ListProfiles;
procedure ShowProfile(const Name: string);
procedure CreateProfile(const Name: string; const Options: TWords);
procedure ModifyProfile(const Name, Pair: string);
procedure RenameProfile(const Name, NewName: string);
procedure DeleteProfile(const Name: string);
procedure ExportProfile(const Name, FileName: string);
procedure ImportProfile(const FileName: string);

implementation

uses
  Command, Permission;

function ProfilePath(const Name: string): string;
begin
  if (Name = '') or (Name[1] = '.') or (Pos('/', Name) > 0) then
    Fail(Name, 'a profile''s name has no slash and does not begin with a dot');
  Result := Home + '/profiles/' + Name + '.profile';
end;

function Use(const Name: string; Action: sbm_action; out Path: string): TKeys;
begin
  Path := ProfilePath(Name);
  if not Result.Read(Path) then
    Fail(Name, 'there is no such profile, or it cannot be read');
  if Action <> 0 then
    Ask(Action, Result.Get('managed'));
end;

function NewPath(const Name: string): string;
begin
  Result := ProfilePath(Name);
  if FileExists(Result) then
    Fail(Name, 'there is a profile of that name');
end;

{ What managed=, uploaded= and based_on= say is between minibackup and SBM. }
procedure RefuseOurs(const Pair: string);
var
  Value: string;
begin
  if TKeys.IsOf(Pair, 'managed', Value) or TKeys.IsOf(Pair, 'uploaded', Value) or TKeys.IsOf(Pair, 'based_on', Value) then
    Fail(Pair, 'this is not for you to set');
end;

{ The names of all profiles, sorted. }
function Names: TWords;
var
  Entry: TSearchRec;
  Index: Integer;
  Name: string;
begin
  Result := nil;
  if FindFirst(Home + '/profiles/*.profile', faAnyFile, Entry) = 0 then
    repeat
      Name := Copy(Entry.Name, 1, Length(Entry.Name) - Length('.profile'));
      SetLength(Result, Length(Result) + 1);
      Index := High(Result);
      while (Index > 0) and (CompareStr(Result[Index - 1], Name) > 0) do
      begin
        Result[Index] := Result[Index - 1];
        Dec(Index);
      end;
      Result[Index] := Name;
    until FindNext(Entry) <> 0;
  FindClose(Entry);
end;

function Find(const Guid: string; out Path: string; out Profile: TKeys): Boolean;
var
  Name: string;
begin
  for Name in Names do
  begin
    Path := Home + '/profiles/' + Name + '.profile';
    if Profile.Read(Path) and (Profile.Get('managed') = Guid) then
      Exit(True);
  end;
  Result := False;
end;

function Shown(const Value: string): string;
begin
  Result := Value;
  if Result = '' then
    Result := '?';
end;

procedure ListProfiles;
var
  Name, Owner: string;
  One: TKeys;
  Listed: Integer;
begin
  Listed := 0;
  for Name in Names do
    if One.Read(Home + '/profiles/' + Name + '.profile') then
    begin
      Inc(Listed);
      Owner := 'local';
      if One.Has('managed') then
        Owner := 'managed ' + One.Get('managed');
      WriteLn(Name, ': ', Shown(One.Get('source')), ' -> ', Shown(One.Get('dest')), ' (', Owner, ')');
    end;
  if Listed = 0 then
    WriteLn('there are no profiles yet; `create` makes one, and the server may send some');
end;

{ All there is to know of a profile; of a managed one, what SBM knows as well. }
procedure ShowProfile(const Name: string);
var
  Path, Line: string;
  One: TKeys;
  Known: TSbmProfiles;
  Index: Integer;
begin
  One := Use(Name, 0, Path);
  if One.Has('managed') then
    WriteLn(Name, ': managed by the server')
  else
    WriteLn(Name, ': local');
  Known := nil;
  try
    Known := Client.Profiles;
  except
    on E: ESbm do Tell(E);
  end;
  for Index := 0 to High(Known) do
    if One.Has('managed') and (Known[Index].Guid = UnicodeString(One.Get('managed'))) then
      WriteLn('  ', Known[Index].Guid, ', version ', Known[Index].Version, ', revision ', Known[Index].Revision, ': ',
        Known[Index].Description);
  for Line in One.Line do
    WriteLn('  ', Line);
end;

procedure CreateProfile(const Name: string; const Options: TWords);
var
  One: TKeys;
  Index: Integer;
  Key: string;
begin
  Ask(SBM_ACTION_CREATE);
  One.Line := nil;
  for Index := 0 to Length(Options) div 2 - 1 do
  begin
    Key := Options[2 * Index];
    while Copy(Key, 1, 1) = '-' do
      Delete(Key, 1, 1);
    One.Add(Key, Options[2 * Index + 1]);
  end;
  if Odd(Length(Options)) or not One.Has('source') or not One.Has('dest') then
    Fail(Name, 'give --source DIR and --dest DIR');
  for Index := 0 to High(One.Line) do
    RefuseOurs(One.Line[Index]);
  Must(One.Save(NewPath(Name)), ProfilePath(Name));
end;

procedure ModifyProfile(const Name, Pair: string);
var
  Path: string;
  One: TKeys;
begin
  One := Use(Name, SBM_ACTION_MODIFY, Path);
  RefuseOurs(Pair);
  One.Change(Path, Pair);
end;

procedure RenameProfile(const Name, NewName: string);
var
  Path: string;
begin
  Use(Name, SBM_ACTION_RENAME, Path);
  Must(RenameFile(Path, NewPath(NewName)), Path);
end;

procedure DeleteProfile(const Name: string);
var
  Path, Managed: string;
begin
  Managed := Use(Name, SBM_ACTION_DELETE, Path).Get('managed');
  Must(DeleteFile(Path), Path);
  if Managed = '' then
    Exit;
  { The server hears of it at the next sync. A copy that another server gave is nothing to this one. }
  try
    Client.ProfileRemoved(UnicodeString(Managed));
  except
    on E: ESbm do
      if E.Code <> SBM_STATUS_NOT_FOUND then
        raise;
  end;
end;

procedure ExportProfile(const Name, FileName: string);
var
  Path: string;
begin
  Must(Use(Name, SBM_ACTION_EXPORT, Path).Save(FileName), FileName);
end;

{ /some/where/documents.profile becomes the profile documents: a local one, whatever it was where it came from. }
procedure ImportProfile(const FileName: string);
var
  One: TKeys;
  Name: string;
begin
  Ask(SBM_ACTION_IMPORT);
  Must(One.Read(FileName), FileName);
  One.Put('managed', '');
  One.Put('uploaded', '');
  One.Put('based_on', '');
  Name := ExtractFileName(FileName);
  if Pos('.', Name) > 0 then
    Name := Copy(Name, 1, Pos('.', Name) - 1);
  Must(One.Save(NewPath(Name)), ProfilePath(Name));
end;

end.
