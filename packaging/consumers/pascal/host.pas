{ The smallest host in Pascal: it says which SBM it has, and what its user may do. host DIRECTORY }
program host;

uses
  sbm;

var
  directory: AnsiString;
  config: Psbm_config;
  client: Psbm_client;
  effect: sbm_effect;
  error: Psbm_error;
begin
  directory := 'sbm';
  if ParamCount > 0 then
    directory := ParamStr(1);
  config := nil;
  client := nil;
  error := nil;
  effect := SBM_EFFECT_DENY;
  WriteLn('SBM ', sbm_version());
  if (sbm_config_new(SBM_ABI, PAnsiChar(directory), @config, @error) <> SBM_OK)
    or (sbm_client_open(config, @client, @error) <> SBM_OK)
    or (sbm_client_may(client, SBM_ACTION_CREATE, nil, @effect, @error) <> SBM_OK) then
  begin
    WriteLn(sbm_error_message(error));
    ExitCode := 1;
  end
  else if effect = SBM_EFFECT_DENY then
    WriteLn('create: denied')
  else
    WriteLn('create: allowed');
  sbm_client_free(client);
  sbm_config_free(config);
  sbm_error_free(error);
end.
