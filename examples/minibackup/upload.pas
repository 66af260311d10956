{ upload.pas: a profile of this computer becomes a managed one on the server (PRO-2). It needs an administrator, for this act. }
unit Upload;

{$MODE DELPHI}

interface

procedure UploadProfile(const Name, Administrator, Description: string; WithSchedule: Boolean);

implementation

uses
  SysUtils, Sbm, Command, Keys, Profile, Connection;

{ The host makes the GUID. }
function NewGuid: string;
var
  Guid: TGuid;
begin
  Must(CreateGUID(Guid) = 0, 'GUID');
  Result := GUIDToString(Guid);
  Result := StringReplace(Copy(Result, 2, Length(Result) - 2), '-', '', [rfReplaceAll]);
end;

{ The revision of a managed profile that was taken over here. }
function RevisionOf(const Guid: string): UInt64;
var
  Known: TSbmProfile;
begin
  Result := 0;
  for Known in Client.Profiles do
    if Known.Guid = UnicodeString(Guid) then
      Result := Known.Revision;
end;

function ToBytes(const Text: string): TBytes;
begin
  Result := nil;
  SetLength(Result, Length(Text));
  if Text <> '' then
    Move(Text[1], Result[0], Length(Text));
end;

{ What goes to the server is the profile without what is ours alone; the schedule goes apart, if it is to go at all. }
function Content(const Profile: TKeys): TBytes;
const
  Ours: array[0..3] of string = ('managed', 'uploaded', 'based_on', 'schedule');
var
  Sent: TKeys;
  Key: string;
begin
  Sent.Line := Copy(Profile.Line);
  for Key in Ours do
    Sent.Put(Key, '');
  Result := ToBytes(Sent.Text);
end;

procedure UploadProfile(const Name, Administrator, Description: string; WithSchedule: Boolean);
var
  Path, Managed: string;
  Profile: TKeys;
  It: TSbmUpload;
  Revision: UInt64;
begin
  Profile := Use(Name, 0, Path);
  Managed := Profile.Get('managed');
  It.Guid := UnicodeString(Managed);
  if Managed <> '' then
    It.BasedOn := RevisionOf(Managed)
  else
  begin
    It.Guid := UnicodeString(Profile.Get('uploaded'));
    It.BasedOn := StrToInt64Def(Profile.Get('based_on'), 0);
  end;
  if It.Guid = '' then
    It.Guid := UnicodeString(NewGuid);
  It.Name := UnicodeString(Name);
  It.Description := UnicodeString(Description);
  It.Version := StrToInt64Def(Profile.Get('version'), 0);
  It.Body := Content(Profile);
  It.HasSchedule := WithSchedule;
  It.Schedule := ToBytes(Profile.Get('schedule'));
  Revision := Client.UploadProfile(UnicodeString(Administrator),
    UnicodeString(Password(Administrator, 'MINIBACKUP_ADMIN_PASSWORD')), It);
  Write(Name, ': uploaded as ', It.Guid, ', revision ', Revision);
  if Revision = 1 then
    Write('; an administrator now assigns it to groups');
  WriteLn;
  if Managed <> '' then
    Exit; { its own revision comes back as a change }
  Profile.Put('uploaded', string(It.Guid));
  Profile.Put('based_on', IntToStr(Revision));
  Must(Profile.Save(Path), Path);
end;

end.
