#!/usr/bin/env bash
# The story of SBM in eight steps, with a real server, real TLS, a real directory tree and real processes.
# Every step is checked; the first one that fails ends the demo with status 1.
#
#   examples/demo.sh BIN [WORK]     BIN: the folder with sbm-server, sbmctl and minibackup
#                                   WORK: where to play; a new temporary folder if missing
set -euo pipefail

bin=$(cd "$1" && pwd)
work=${2:-$(mktemp -d "${TMPDIR:-/tmp}/sbm-demo.XXXXXX")}
mkdir -p "$work"
work=$(cd "$work" && pwd)
data=$work/server
server_pid=

export SBMCTL_CONFIG=$work/admin.json NO_COLOR=1
PATH=$bin:$PATH
unset SBM_DATA_DIR

if [ -t 1 ]; then bold=$'\e[1m' green=$'\e[32m' red=$'\e[31m' plain=$'\e[0m'; else bold='' green='' red='' plain=''; fi

finish() {
    status=$?
    [ -n "$server_pid" ] && kill "$server_pid" 2>/dev/null && wait "$server_pid" 2>/dev/null
    if [ "$status" -ne 0 ]; then
        printf '%sThe demo failed.%s What the server said last:\n' "$red" "$plain" >&2
        tail -n 15 "$work/server.log" >&2 2>/dev/null || :
        printf 'Everything is still in %s\n' "$work" >&2
    fi
}
trap finish EXIT

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
note() { printf '    %s\n' "$*"; }
passed() { printf '  %sok%s %s\n' "$green" "$plain" "$*"; }
failed() {
    printf '  %sFAILED%s %s\n' "$red" "$plain" "$*" >&2
    exit 1
}

# check WHAT COMMAND…: the command must succeed.
check() {
    local what=$1
    shift
    if "$@" >"$work/out" 2>&1; then passed "$what"; else
        sed 's/^/      /' "$work/out" >&2
        failed "$what"
    fi
}

# denied WHAT WORDS COMMAND…: the command must be refused with status 3, and say so in these words.
denied() {
    local what=$1 words=$2 status=0
    shift 2
    "$@" >"$work/out" 2>&1 || status=$?
    if [ "$status" -eq 3 ] && grep -qF -- "$words" "$work/out"; then
        passed "$what"
        sed 's/^/      /' "$work/out" | tail -n 1
    else
        sed 's/^/      /' "$work/out" >&2
        failed "$what (status $status, expected 3 and the words: $words)"
    fi
}

# says WHAT WORDS COMMAND…: the command must succeed and its output have these words.
says() {
    local what=$1 words=$2
    shift 2
    if "$@" >"$work/out" 2>&1 && grep -qF -- "$words" "$work/out"; then passed "$what"; else
        sed 's/^/      /' "$work/out" >&2
        failed "$what (expected the words: $words)"
    fi
}

start_server() {
    sbm-server --data-dir "$data" --listen "127.0.0.1:${port:-0}" >>"$work/server.log" 2>&1 &
    server_pid=$!
    for _ in $(seq 200); do
        [ -s "$data/connection" ] && sbmctl status "$(cat "$data/connection")" >/dev/null 2>&1 && break
        kill -0 "$server_pid" 2>/dev/null || failed "the server stopped by itself"
        sleep 0.05
    done
    connection=$(cat "$data/connection")
    port=$(sed -E 's/.*:([0-9]+)#.*/\1/' <<<"$connection")
}

stop_server() {
    kill "$server_pid"
    wait "$server_pid" || :
    server_pid=
}

carol() { MINIBACKUP_PASSWORD='violet staircase 42' minibackup --home "$work/carol" "$@"; }
history_has() { [ "$(sbmctl history list --json | grep -o '"id"' | wc -l)" -eq "$1" ]; }

admin_password='marble kettle 7 orbit'
documents=$work/documents backups=$work/backups
mkdir -p "$documents/reports/2026" "$documents/drafts" "$backups"
printf 'Q3: all is well\n' >"$documents/reports/2026/q3.txt"
printf 'Q4: all is well, too\n' >"$documents/reports/2026/q4.txt"
printf 'half a thought\n' >"$documents/drafts/idea.tmp"
head -c 300000 /dev/urandom >"$documents/reports/ledger.bin"

step '1. A server starts, and its owner claims it'
start_server
note "$connection"
check 'before the claim nobody can log in' bash -c "! printf '%s\n' x | sbmctl login '$connection' --user admin --password-stdin --yes"
check 'the owner of the data directory sets the password of admin' \
    bash -c "printf '%s\n' '$admin_password' | sbmctl setup --data-dir '$data' --password-stdin"
says 'the server says that it is up and claimed' 'set up     yes' sbmctl status
check 'the claim is gone' bash -c "! printf '%s\n' '$admin_password' | sbmctl setup --data-dir '$data' --password-stdin"

step '2. The administrator says who may do what'
check 'a group' sbmctl group add Finance --description 'Everybody in finance'
check 'a security profile: may run and restore, nothing else' \
    sbmctl security-profile add 'End user' --right run_manually --right restore
check 'Carol, an end user in finance' \
    bash -c "printf '%s\n' 'violet staircase 42' | sbmctl user add carol --security-profile 'End user' --group Finance --password-stdin"

step '3. The administrator uploads a managed profile and gives it to the group'
cat >"$work/finance.profile" <<PROFILE
source=$documents
dest=$backups
exclude=*.tmp
PROFILE
guid=94D3D1C174724DC9A5E99EE763E23159
check 'uploaded as revision 1' \
    sbmctl profile upload "$work/finance.profile" --name 'Finance documents' --description 'Every night' --guid "$guid"
check 'assigned to Finance' sbmctl profile assign "$guid" --group Finance

step "4. Carol's backup program logs in, and is restricted"
says 'the connection is tested part by part' 'credentials' carol test "$connection" carol
check 'her program becomes a device of hers' carol login "$connection" carol
denied 'she may not create a profile of her own' 'create' carol create mine --source "$documents" --dest "$backups"
denied 'nor change global settings' 'global settings' carol set threads=9
says 'the server gives the same answer' 'may not create profiles' sbmctl explain carol create

step '5. The managed profile arrives'
says 'it is taken over' 'Finance documents' carol sync
says 'and listed' "$guid" carol list

step '6. A real backup, reported'
says 'it runs' 'files' carol run 'Finance documents'
check 'every file is there, the excluded one is not' \
    bash -c "diff -r --exclude='*.tmp' '$documents' '$backups' && [ ! -e '$backups/drafts/idea.tmp' ]"
check 'the server has the run' history_has 1

step '7. The server goes away; the work goes on, restricted'
stop_server
printf 'Q4: revised\n' >>"$documents/reports/2026/q4.txt"
says 'her program says that it is offline' 'offline' carol status
denied 'what she may not do, she may not do offline' 'create' carol create mine --source "$documents" --dest "$backups"
check 'a run by hand' carol run 'Finance documents'
check 'a scheduled run' carol run 'Finance documents' --scheduled
check 'a restore' carol restore 'Finance documents' "$work/restored"
check 'what came back is what was there' diff -r --exclude='*.tmp' "$documents" "$work/restored"

step '8. The server returns; the history arrives, and an update with it'
start_server
check 'all runs of the outage arrive' carol sync
check 'four runs, none lost, none doubled' history_has 4
sed -i 's/exclude=.*/exclude=*.bin/' "$work/finance.profile"
check 'the profile is updated' \
    sbmctl profile upload "$work/finance.profile" --name 'Finance documents' --description 'Every night' --guid "$guid" --based-on 1
says 'the new revision arrives' 'Finance documents' carol sync
says 'and is in force' '*.bin' cat "$work/carol/profiles/Finance documents.profile"
check 'the profile is marked for deletion' sbmctl profile mark "$guid"
check 'her program removes its copy' bash -c "MINIBACKUP_PASSWORD=x minibackup --home '$work/carol' sync && [ ! -e '$work/carol/profiles/Finance documents.profile' ]"
check 'and leaves her files alone' test -e "$backups/reports/ledger.bin"
says 'the audit log is whole' 'whole' sbmctl audit verify

step 'The history'
sbmctl history list
printf '\n%sAll eight steps passed.%s\n' "$green" "$plain"
printf 'Go on with "make serve", which keeps a server in ./sbm-data; "sbmctl --help" and "minibackup help" tell the rest.\n'
