{ A library that is not there is an exception at the first call, under the host's floating-point state (SBM_DELAYED). }
program Absent;

{$MODE DELPHI}

uses
  {$IFDEF UNIX}cthreads, cwstring,{$ENDIF}
  SysUtils, Math, Sbm, Expect;

procedure OpenIt;
var
  Caught: string;
begin
  Caught := '';
  try
    SbmOpen(UnicodeString(ParamStr(1)));
  except
    on E: ESbmLibrary do Caught := E.Message;
  end;
  Check(Pos(SbmLibraryFile, Caught) > 0, 'it says which file: ' + Caught);
  Check(GetExceptionMask = [], 'the floating-point state is the host''s');
end;

begin
  SetExceptionMask([]);
  SbmLibraryFile := 'no-such-library.so';
  Check(not SbmAvailable, 'it is not there');
  OpenIt;
  OpenIt;
  SbmLibraryFile := 'libc.so.6';
  Check(not SbmAvailable, 'it is another one');
  OpenIt;
  WriteLn('ok');
end.
