{
  Applying what the server wants: profiles to take over, to replace and to remove. Here a profile is a file DIRECTORY.GUID.

      changes DIRECTORY        somebody logged in there before
}
program Changes;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Classes, Sbm;

{ The content must be safe before the change is answered: a file half written must never look like a whole one. }
procedure Store(const Path: string; const Body: TBytes);
var
  Stream: TFileStream;
begin
  Stream := TFileStream.Create(Path + '.new', fmCreate);
  try
    Stream.WriteBuffer(Pointer(Body)^, Length(Body));
  finally
    Stream.Free;
  end;
  DeleteFile(Path); { RenameFile does not replace on Windows }
  if not RenameFile(Path + '.new', Path) then raise EInOutError.Create('the profile could not be renamed');
end;

procedure Apply(const Change: ISbmChange; var Applied: Integer);
const
  Words: array[SBM_DELIVERY_NONE..SBM_DELIVERY_REMOVE] of string = ('nothing', 'install', 'update', 'remove');
var
  Path: string;
  Problem: UnicodeString;
begin
  Path := ParamStr(1) + '.' + string(Change.Guid);
  WriteLn(Words[Change.Kind], ' ', Change.Name, ', revision ', Change.Revision, ', ', Length(Change.Body), ' bytes');
  { One of the two, always: what is not answered comes again. The administrator reads the reason. }
  try
    if Change.Kind = SBM_DELIVERY_REMOVE then
      DeleteFile(Path) { the copy of the profile, never what it backs up; gone already is as good }
    else
      Store(Path, Change.Body);
  except
    on E: Exception do
      Problem := UnicodeString(E.Message);
  end;
  Inc(Applied);
  if Problem = '' then Change.Done else Change.Failed(Problem);
end;

procedure Main;
var
  Client: ISbmClient;
  Change: ISbmChange;
  Applied: Integer;
begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));
  Client.Sync;
  Applied := 0;
  while Client.NextChange(Change) do
    Apply(Change, Applied);
  WriteLn('applied: ', Applied);
  WriteLn('still waiting: ', Client.Sync.changes_waiting); { tells the server; the next exchange would do it as well }
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
