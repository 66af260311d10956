{ keys.pas: lines of key=value, which profiles and settings are made of. }
unit Keys;

{$MODE DELPHI}

interface

uses
  SysUtils, Sbm;

type
  TKeys = record
    Line: array of string;
    { Whether a line has the key, and what stands behind it. }
    class function IsOf(const Line, Key: string; out Value: string): Boolean; static;
    function Has(const Key: string): Boolean;
    { The first value of the key; '' if there is none. }
    function Get(const Key: string): string;
    procedure Add(const Key, Value: string);
    { Replaces what there is of that key; an empty value only removes it. }
    procedure Put(const Key, Value: string);
    { Changes one key in a file: key=value, or key= to remove it. }
    procedure Change(const Path, Pair: string);
    procedure ReadText(const Text: string);
    function Read(const Path: string): Boolean;
    function Save(const Path: string): Boolean;
    function Text: string;
  end;

function SettingsPath(const Name: string): string;
{ The settings of that name; none if there is no file yet. }
function Settings(const Name: string): TKeys;
{ Changes a setting, if the user may. }
procedure ChangeSetting(Action: sbm_action; const Name, Pair: string);

implementation

uses
  BaseUnix, Command, Permission;

function fsync(fd: cint): cint; cdecl; external 'c';

class function TKeys.IsOf(const Line, Key: string; out Value: string): Boolean;
begin
  Result := Copy(Line, 1, Length(Key) + 1) = Key + '=';
  if Result then
    Value := Copy(Line, Length(Key) + 2, MaxInt);
end;

function TKeys.Has(const Key: string): Boolean;
var
  Index: Integer;
  Value: string;
begin
  Result := False;
  for Index := 0 to High(Line) do
    Result := Result or IsOf(Line[Index], Key, Value);
end;

function TKeys.Get(const Key: string): string;
var
  Index: Integer;
begin
  for Index := 0 to High(Line) do
    if IsOf(Line[Index], Key, Result) then
      Exit;
  Result := '';
end;

procedure TKeys.Add(const Key, Value: string);
begin
  if Pos(#10, Value) > 0 then
    Fail(Key, 'too many lines, or one that is two');
  SetLength(Line, Length(Line) + 1);
  Line[High(Line)] := Key + '=' + Value;
end;

procedure TKeys.Put(const Key, Value: string);
var
  Index, Kept: Integer;
  Old: string;
begin
  Kept := 0;
  for Index := 0 to High(Line) do
    if not IsOf(Line[Index], Key, Old) then
    begin
      Line[Kept] := Line[Index];
      Inc(Kept);
    end;
  SetLength(Line, Kept);
  if Value <> '' then
    Add(Key, Value);
end;

procedure TKeys.Change(const Path, Pair: string);
begin
  if Pos('=', Pair) < 2 then
    Fail(Pair, 'write it as key=value');
  Put(Copy(Pair, 1, Pos('=', Pair) - 1), Copy(Pair, Pos('=', Pair) + 1, MaxInt));
  Must(Save(Path), Path);
end;

procedure TKeys.ReadText(const Text: string);
var
  Rest, One: string;
  Place: Integer;
begin
  SetLength(Line, 0);
  Rest := Text + #10;
  while Rest <> '' do
  begin
    Place := Pos(#10, Rest);
    One := Copy(Rest, 1, Place - 1);
    Delete(Rest, 1, Place);
    if One <> '' then
    begin
      SetLength(Line, Length(Line) + 1);
      Line[High(Line)] := One;
    end;
  end;
end;

function TKeys.Read(const Path: string): Boolean;
var
  Handle: THandle;
  Bytes: string;
  Part: array[0..4095] of AnsiChar;
  Count: LongInt;
  Old: Integer;
begin
  SetLength(Line, 0);
  Handle := FileOpen(Path, fmOpenRead or fmShareDenyNone);
  if Handle = THandle(-1) then
    Exit(False);
  Bytes := '';
  repeat
    Count := FileRead(Handle, Part, SizeOf(Part));
    Old := Length(Bytes);
    if Count > 0 then
    begin
      SetLength(Bytes, Old + Count);
      Move(Part, Bytes[Old + 1], Count);
    end;
  until Count <= 0;
  FileClose(Handle);
  Result := Count = 0;
  if Result then
    ReadText(Bytes);
end;

function TKeys.Text: string;
var
  Index: Integer;
begin
  Result := '';
  for Index := 0 to High(Line) do
    Result := Result + Line[Index] + #10;
end;

{ Under another name first: a crash leaves the old file or the new one, never half of it. }
function TKeys.Save(const Path: string): Boolean;
var
  Handle: THandle;
  Bytes: string;
begin
  Bytes := Text;
  Handle := FileCreate(Path + '.partial');
  if Handle = THandle(-1) then
    Exit(False);
  Result := (FileWrite(Handle, Pointer(Bytes)^, Length(Bytes)) = Length(Bytes)) and (fsync(Handle) = 0);
  FileClose(Handle);
  Result := Result and RenameFile(Path + '.partial', Path);
end;

function SettingsPath(const Name: string): string;
begin
  Result := Home + '/' + Name;
end;

function Settings(const Name: string): TKeys;
begin
  if not Result.Read(SettingsPath(Name)) then
    SetLength(Result.Line, 0);
end;

procedure ChangeSetting(Action: sbm_action; const Name, Pair: string);
var
  All: TKeys;
begin
  Ask(Action);
  All := Settings(Name);
  All.Change(SettingsPath(Name), Pair);
end;

end.
