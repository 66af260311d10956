{
  Reporting a run: it is asked for, noted, done and told. Should the program die in between, SBM reports it as interrupted.

      run DIRECTORY            somebody logged in there before
}
program Run;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

{ The backup itself. }
procedure BackUp(var Tally: TSbmRunEnd);
begin
  Tally.FilesCopied := 42;
  Tally.BytesCopied := 1048576;
  Tally.FilesFailed := 1;
  Tally.BytesFailed := 512;
  Tally.BytesStored := 7340032; { what the destination holds now; -1, as it is, if you do not know }
end;

procedure Main;
var
  Client: ISbmClient;
  Profiles: TSbmProfiles;
  Start: TSbmRunStart;
  RunEnd: TSbmRunEnd;
  Run: ISbmRun;
begin
  Client := SbmOpen(UnicodeString(ParamStr(1)));
  Profiles := Client.Profiles;
  if Length(Profiles) = 0 then
    raise ESbm.Create(SBM_STATUS_NOT_FOUND, 'no managed profile here');
  Start := TSbmRunStart.Make(Profiles[0].Name, SBM_TRIGGER_MANUAL);
  Start.ProfileGuid := Profiles[0].Guid; { '' for a profile of the user's own }
  Start.Version := Profiles[0].Version;
  WriteLn('runs: ', Start.ProfileName);

  { It asks whether the run is allowed. A denial is an exception, with the sentence for the user: do not run then. }
  Run := Client.BeginRun(Start);
  RunEnd := TSbmRunEnd.Make(SBM_RESULT_SUCCESS);
  BackUp(RunEnd);
  if RunEnd.FilesFailed > 0 then
  begin
    RunEnd.Result := SBM_RESULT_WARNING;
    RunEnd.ErrorText := 'one file was open in another program';
  end;

  { On disk before it returns, and sent if the server is there. If the disk is full, the run goes on: finish it again. }
  WriteLn('run ', Run.Finish(RunEnd), ': finished');
  WriteLn('runs waiting: ', Client.Sync.runs_waiting);
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
