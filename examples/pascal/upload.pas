{
  Giving a profile to the server, so that it can be given to others. It takes an administrator, for this one act.

      upload DIRECTORY CONNECTION ADMINISTRATOR PASSWORD        somebody logged in there before
}
program Upload;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

procedure Main;
var
  Client: ISbmClient;
  Profile: TSbmUpload;
  First: UInt64;

  function Revision: UInt64;
  begin
    Result := Client.UploadProfile(UnicodeString(ParamStr(3)), UnicodeString(ParamStr(4)), Profile);
  end;

  procedure Put(const Content: UTF8String);
  begin
    SetLength(Profile.Body, Length(Content));
    Move(Content[1], Profile.Body[0], Length(Content));
  end;

begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));
  Profile.Guid := '0C5A2C1F4B7E4D6A9F3E1B2C3D4E5F60'; { the host makes it once and keeps it beside the profile }
  Profile.Name := 'Home folders';
  Profile.Description := 'what everybody has';
  Profile.Version := 1;
  Profile.BasedOn := 0; { a new one }
  Profile.HasSchedule := False;
  Put('source=/home'#10'dest=/backup'#10); { bytes that only the host understands }
  First := Revision;
  WriteLn('uploaded: revision ', First);

  { The same once more is harmless, so that an upload whose answer was lost can simply be repeated. }
  WriteLn('the same again: revision ', Revision);

  Put('source=/home'#10'dest=/vault'#10);
  Profile.BasedOn := First; { what the host had when the profile was changed }
  WriteLn('changed: revision ', Revision);

  { Who changed an older revision hears of it, and overwrites nobody's work. }
  Put('source=/home'#10);
  try
    Revision;
    ExitCode := 1;
  except
    on E: ESbm do
    begin
      WriteLn('based on revision ', First, ': ', E.Name);
      if E.Code <> SBM_STATUS_STALE then
        ExitCode := 1;
    end;
  end;
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
