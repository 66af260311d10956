#!/usr/bin/env bash
# sbm-server.exe and sbmctl.exe under wine: started by hand and stopped as by Ctrl+C, set up, asked, a client of this system logs in
# to it, and sbmctl.exe reports a run of a spool folder; then once more as a service of wine's service control manager.
#
#   tests/windows/server.sh BIN LIBRARY DIRECTORY     BIN: with both programs; LIBRARY: libsbm.so of this system;
#                                                     DIRECTORY: what programs need under wine; WINEPREFIX must be set
set -euo pipefail
bin=$(cd "$1" && pwd) library=$(realpath "$2") given=$(cd "$3" && pwd)
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-server.XXXXXX")
server=
service=SBM-test-$$
# A folder of drive C: of its own.
folder=sbm-test-$$ data=${WINEPREFIX:?}/drive_c/sbm-test-$$
finish() {
    local status=$?
    [ -z "$server" ] || kill -9 "$server" 2>/dev/null || :
    [ ! -d "$data" ] || wine "$work/sbm-server.exe" service uninstall --name "$service" >/dev/null 2>&1 || :
    [ "$status" -eq 0 ] || tail -n 20 "$work/said" "$work/server.log" "$data"/log/* >&2 2>/dev/null || :
    rm -rf "$work" "$data"
}
trap finish EXIT
cp "$bin"/sbm-server.exe "$bin"/sbmctl.exe "$given/bcryptprimitives.dll" "$work/"
cd "$work"
unset SBM_DATA_DIR SBM_CONNECTION SBM_USER SBM_PASSWORD_FILE SBM_MANAGED
export SBMCTL_CONFIG=Z:${work//\//\\}\\admin.json NO_COLOR=1

# tell COMMAND…: what it prints goes to `said`.
tell() { timeout 60 "$@" 2>&1 | tr -d '\r' >said; }
failed() {
    printf '%s\n' "$*" >&2
    exit 1
}
says() { grep -qF -- "$1" said || failed "it does not say \`$1\`"; }
# soon WHAT COMMAND…: true within a minute.
soon() {
    local what=$1 end=$((SECONDS + 60))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || failed "within a minute there was not $what"
        sleep 0.1
    done
}
# set_up DATA CONNECTION: the server gets its administrator and a user, from sbmctl.exe; a client of this system logs in to it.
set_up() {
    printf 'marble kettle 7 orbit\n' | tell wine sbmctl.exe setup --data-dir "$1" --password-stdin
    says 'the server is set up'
    tell wine sbmctl.exe status
    says 'set up     yes'
    tell wine sbmctl.exe security-profile add 'End user' --right run_manually --right restore
    printf 'violet staircase 42\n' | tell wine sbmctl.exe user add carol --security-profile 'End user' --password-stdin
    rm -rf client
    tell ./login client "$2" carol 'violet staircase 42'
    diff said - <<'WORDS'
server reachable: yes
certificate confirmed: yes
logged in: carol
online: yes
connection locked: yes
WORDS
}
ln -s "$library" libsbm.so.0
cc -std=c99 "-I$top/include" "$top/examples/c/login.c" -o login "$library" "-Wl,-rpath,$work"

# ---- by hand --------------------------------------------------------------------------------------------------------
wine sbm-server.exe run --data-dir data --listen 127.0.0.1:0 >server.log 2>&1 &
server=$!
alive_and_ready() { kill -0 "$server" || failed 'the server ended'; [ -s data/connection ]; }
soon 'a server' alive_and_ready
set_up data "$(cat data/connection)"
# What the agent keeps in its cache is sealed to the machine as Windows knows it.
mkdir spool
printf 'connection = "%s"\nuser = "carol"\npassword = "violet staircase 42"\n' "$(cat data/connection)" >agent.toml
now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
printf '{"profile": {"name": "documents"}, "trigger": "schedule", "result": "warning", "files_copied": 42,\n "profile_start": "%s", "end": "%s"}\n' \
    "$now" "$now" >spool/documents.tmp
mv spool/documents.tmp spool/documents.json
printf '{"result": "good"}\n' >spool/bad.json
if tell wine sbmctl.exe agent --spool spool --rollout agent.toml --once; then failed 'a bad file is no failure'; fi
says '1 file could not be taken'
[ -s spool/bad/bad.json.reason.txt ] || failed 'a bad file has no reason beside it'
compgen -G 'spool/*.json' >/dev/null && failed 'a file stays in the spool folder'
tell wine sbmctl.exe agent --spool spool --once
says 'took 0 runs'
tell wine sbmctl.exe history list --columns profile,user,result,trigger --csv
tail -n +2 said | diff - <(echo 'documents,carol,warning,schedule') || failed 'the history does not have the run of the spool folder once'
echo 'ok sbmctl.exe agent: a run of the spool folder is in the history once, and a bad file is set aside'
kill -INT "$server" # which wine makes a Ctrl+C of
wait "$server" || failed "it ended with $?"
server=
grep -q 'INFO sbm_server: stopped' server.log || failed 'it did not stop in order'
echo 'ok sbm-server.exe run: set up by sbmctl.exe, a client of this system logs in, Ctrl+C stops it in order'

# ---- as a service ---------------------------------------------------------------------------------------------------
in_state() { wine sc query "$service" >state 2>&1; grep -q "STATE.*$1" state; }
install_it() { tell wine sbm-server.exe service install --name "$service" --data-dir "C:\\$folder" --listen 127.0.0.1:0; }
install_it
says "The service \`$service\` is there and starts with Windows, as \`NT SERVICE\\$service\`."
if grep -q 'was there before' said; then failed 'a data directory that it made was there before'; fi
if install_it; then failed 'a service can be made twice'; fi
says 'does not make the service'
in_state STOPPED || failed 'a new service runs'
for time in first second; do
    rm -f "$data/connection" admin.json
    tell wine sc start "$service"
    soon 'a service that runs' in_state RUNNING
    [ -s "$data/connection" ] || failed 'a service says that it runs before it does'
    [ "$time" = second ] || set_up "C:\\$folder" "$(cat "$data/connection")"
    tell wine sc stop "$service"
    soon 'a service that stopped' in_state STOPPED
done
grep -q 'WIN32_EXIT_CODE.* 0 ' state || failed 'a service that was stopped says that it failed'
[ "$(cat "$data"/log/sbm-server.*.log | grep -c 'INFO sbm_server: stopped')" -eq 2 ] || failed 'its log does not say that it stopped twice'
tell wine sc start "$service"
soon 'a service that runs' in_state RUNNING
tell wine sbm-server.exe service uninstall --name "$service"
says "The service \`$service\` is removed; its data stay."
gone() { wine sc query "$service" >state 2>&1; ! grep -q STATE state; }
soon 'no service any more' gone
[ -s "$data/sbm.db" ] || failed 'its data are gone'
install_it
says "\`C:\\$folder\` was there before"
tell wine sbm-server.exe service uninstall --name "$service"
if tell wine sbm-server.exe service run --name "$service"; then failed 'a service runs without the service control manager'; fi
says 'is for the service control manager'
echo 'ok sbm-server.exe service: installed once, started and stopped twice, set up, logs a file a day, uninstalled while it runs'
echo 'ok sbm-server.exe service: who installs it over a directory that was there is told'
