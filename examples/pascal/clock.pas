{
  A clock of the host's own: for a program that is simulated, or knows the time better than the computer. This one ticks in
  whole seconds, by which one sees that it was asked.

      clock DIRECTORY CONNECTION USER PASSWORD
}
program Clock;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  {$IFDEF UNIX}cwstring,{$ENDIF} SysUtils, Sbm;

type
  TWholeSeconds = class(TInterfacedObject)
  public
    destructor Destroy; override;
    function Now: Int64;
  end;

var
  Returned: Integer = 0;

{ The library is done with the clock: nobody comes any more, and what it stood on may go. }
destructor TWholeSeconds.Destroy;
begin
  Inc(Returned);
  inherited;
end;

{ Milliseconds since 1970 UTC. Any thread that calls the library may come here, several at once: no lock, no state. }
function TWholeSeconds.Now: Int64;
begin
  Result := SbmTime(SysUtils.Now) - Int64(SbmUtcOffsetMinutes) * 60000;
  Result := Result - Result mod 1000;
end;

function OpenClient: ISbmClient;
var
  Config: ISbmConfig;
  Clock: TWholeSeconds;
begin
  Clock := TWholeSeconds.Create;
  Config := SbmNewConfig(UnicodeString(ParamStr(1)));
  Config.SetClock(Clock.Now, Clock); { the second holds the object of the first as long as it is needed }
  Result := Config.Open;
end;

procedure Main;
const
  Words: array[Boolean] of string = ('no', 'yes');
  Times: array[Boolean] of string = ('not once', 'once');
var
  Client: ISbmClient;
  Contact: Int64;
begin
  Client := OpenClient;
  WriteLn('clock in use: ', Words[Returned = 0]); { the client holds it, though the configuration is gone }
  Client.Login(UnicodeString(ParamStr(2)), UnicodeString(ParamStr(3)), UnicodeString(ParamStr(4)));
  Contact := Client.LastContact;
  WriteLn('contact at a whole second: ', Words[(Contact > 0) and (Contact mod 1000 = 0)]);

  Client.Close;
  WriteLn('clock given back: ', Times[Returned = 1]);
end;

begin
  SbmConsole;
  if ParamCount < 4 then
    Halt(2);
  try
    Main;
  except
    on E: ESbm do begin WriteLn(ErrOutput, E.Name, ': ', E.Text); ExitCode := 1; end;
  end;
end.
