#!/usr/bin/env bash
# The story of SBM, with a real server, real TLS, a real directory tree and real processes. Every step is checked; the first
# one that fails ends the demo with status 1.
#
#   examples/demo.sh BIN [WORK]     BIN: the folder with sbm-server, sbmctl, minibackup and clock.so
#                                   WORK: where to play; a new temporary folder if missing
set -euo pipefail

bin=$(cd "$1" && pwd)
work=${2:-$(mktemp -d "${TMPDIR:-/tmp}/sbm-demo.XXXXXX")}
mkdir -p "$work"
work=$(cd "$work" && pwd)
admin_password='marble kettle 7 orbit'
user_password='violet staircase 42'
# shellcheck source=examples/demo/stage.sh
. "$(dirname "$0")/demo/stage.sh"

documents=$work/documents backups=$work/backups
mkdir -p "$documents/reports/2026" "$documents/drafts" "$backups" "$work/sales"
printf 'Q3: all is well\n' >"$documents/reports/2026/q3.txt"
printf 'Q4: all is well, too\n' >"$documents/reports/2026/q4.txt"
printf 'half a thought\n' >"$documents/drafts/idea.tmp"
head -c 300000 /dev/urandom >"$documents/reports/ledger.bin"
printf 'fifty orders\n' >"$work/sales/orders.txt"
year=31536000

step '1. A server starts, and its owner claims it'
start_server
note "$connection"
check 'before the claim nobody can log in' \
    not bash -c "printf '%s\n' x | sbmctl login '$connection' --user admin --password-stdin --yes"
check 'the owner of the data directory sets the password of admin' \
    bash -c "printf '%s\n' '$admin_password' | sbmctl setup --data-dir '$data' --password-stdin"
says 'the server says that it is up and claimed' 'set up     yes' sbmctl status
check 'the claim is gone' not bash -c "printf '%s\n' '$admin_password' | sbmctl setup --data-dir '$data' --password-stdin"

step '2. The administrator says who may do what, and from where'
check 'two groups' sbmctl group add Finance --description 'Everybody in finance'
check '  …and the other' sbmctl group add Sales
check 'a security profile: may run and restore, nothing else' \
    sbmctl security-profile add 'End user' --right run_manually --right restore
check 'Carol, an end user in Finance' add_user carol --security-profile 'End user' --group Finance
check 'Sam, an end user in Sales' add_user sam --security-profile 'End user' --group Sales
check 'Alex, who may do everything in the backup program, and nothing on the server' add_user alex --security-profile AllAccess
check 'the office is admitted by the leading part of its addresses' sbmctl allow add 192.168 --comment 'the office'
check '  …and its computers by name' sbmctl allow add --name desk-
says 'an address of the office is in' 192.168 sbmctl allow test 192.168.7.9
refused 4 'one that only looks alike is not' 'is refused' sbmctl allow test 192.16.7.9
says 'the linter warns: a leading part of a name is weak' 'desk-' sbmctl allow lint

step '3. Profiles are made on one computer and uploaded from it, with the credentials of an administrator'
check 'Alex logs in' at alex login "$connection" alex
check 'he makes a profile for Finance' at alex create 'Finance documents' --source "$documents" --dest "$backups" \
    --exclude '*.tmp' --schedule 'daily at 3'
check '  …and one for Sales' at alex create 'Sales documents' --source "$work/sales" --dest "$work/sales-backup" --schedule 'hourly'
his_password=$user_password denied 'he cannot upload it: AllAccess is no role' 'denied_role' \
    at alex upload 'Finance documents' alex 'Every night' --with-schedule
refused 1 'nobody uploads without a description' 'description' at alex upload 'Finance documents' admin '' --with-schedule
says 'with the password of admin, for this one act, it is uploaded' 'revision 1' \
    at alex upload 'Finance documents' admin 'Every night' --with-schedule
finance=$(sed -nE 's/.*uploaded as ([0-9A-F]{32}), .*/\1/p' "$work/out")
note "its GUID is $finance"
says 'the other one likewise' 'revision 1' at alex upload 'Sales documents' admin 'Every hour' --with-schedule
sales=$(sed -nE 's/.*uploaded as ([0-9A-F]{32}), .*/\1/p' "$work/out")
says 'Alex is still who he was' 'minibackup (alex, online)' at alex list

step '4. Everybody gets what belongs to his group, and nothing else'
says 'the connection is tested part by part' 'credentials: ok' at carol test "$connection" carol
check "Carol's program becomes a device of hers" at carol login "$connection" carol
check "Sam's becomes one of his" at sam login "$connection" sam
check 'nothing is delivered yet: the profiles are in no group' not grep -rq managed "$work/carol/profiles" "$work/sam/profiles"
mkdir -p "$work/sam/profiles"
printf 'source=%s\ndest=%s\n' "$work/sales" "$work/my-own" >"$work/sam/profiles/Sales documents.profile"
check 'the administrator assigns them' sbmctl profile assign "$finance" --group Finance
check '  …both' sbmctl profile assign "$sales" --group Sales
says 'Carol gets the one of Finance' 'Finance documents: installed' at carol sync
says 'Sam gets the one of Sales' 'Sales documents: installed' at sam sync
says '  …and his own of the same name keeps its data under another' "Sales documents (local): $work/sales -> $work/my-own (local)" \
    at sam list
check 'neither gets the other' not grep -rq "$sales" "$work/carol/profiles"

step '5. Each of the eleven rights, given and withheld'
check 'Polly tries them all' add_user polly --security-profile "$(
    sbmctl security-profile add Trial >/dev/null && echo Trial
)" --group Finance
check 'she logs in' at polly login "$connection" polly
# right RIGHT COMMAND…: without the right the command is denied, with it alone it is done.
right() {
    local right=$1 status=0
    shift
    sbmctl security-profile modify Trial --no-rights >"$work/out" 2>&1 || failed "$right: taken away"
    at polly "$@" >"$work/out" 2>&1 || status=$?
    { [ "$status" -eq 3 ] && grep -q 'may not' "$work/out"; } || failed "$right: denied without it (status $status)"
    sbmctl security-profile modify Trial --right "$right" >"$work/out" 2>&1 || failed "$right: given"
    at polly "$@" >"$work/out" 2>&1 || failed "$right: done with it"
    passed "$right: without it \`$1\` is denied, with it it is done"
}
right create create mine --source "$documents" --dest "$work/mine" --exclude '*.bin'
right modify modify mine version=2
right rename rename mine ours
right export export ours "$work/shared.profile"
right import import "$work/shared.profile"
right delete delete ours
right modify_global_settings set verbose=yes
right modify_login_settings set-login "only=$(id -un)"
right run_manually run shared
right restore restore shared "$work/mine-restored"
right all_access create another --source "$documents" --dest "$work/another"
check 'what was restored is what was copied' diff -r --exclude='*.bin' "$documents" "$work/mine-restored"
denied 'Carol has two of them' 'may not create profiles' at carol create mine --source "$documents" --dest "$backups"
says 'the server gives the same answer' 'may not create profiles' sbmctl explain carol create

step '6. A real backup, reported'
says 'Carol runs it' 'files' at carol run 'Finance documents'
check 'every file is there, the excluded one is not' \
    bash -c "diff -r --exclude='*.tmp' '$documents' '$backups' && [ ! -e '$backups/drafts/idea.tmp' ]"
check 'the server has the run' runs 1 --user carol
check 'the schedule was uploaded, but not taken over' not grep -q schedule "$work/carol/profiles/Finance documents.profile"
check 'the administrator has it imported' sbmctl profile import-schedule "$finance" on
says 'now it arrives' 'Finance documents: updated' at carol sync
says '  …with the profile' 'schedule=daily at 3' at carol show 'Finance documents'
check 'Sam has none: his was not switched on' not grep -q schedule "$work/sam/profiles/Sales documents.profile"

step '7. The profile is updated, and rolled back'
check 'Alex changes it' at alex modify 'Finance documents' 'exclude=*.bin'
says 'it is uploaded as revision 2' 'revision 2' at alex upload 'Finance documents' admin 'Without ledgers' --with-schedule
says 'Carol gets it' 'Finance documents: updated' at carol sync
says '  …and it is in force' 'exclude=*.bin' at carol show 'Finance documents'
check 'that was a mistake: back to revision 1' sbmctl profile rollback "$finance" 1 --yes
says 'which becomes revision 3' '3' sbmctl profile revisions "$finance" --columns revision --csv
check 'Carol gets the old content' at carol sync
says '  …as revision 3' 'revision 3' at carol show 'Finance documents'
says '  …with what it excluded then' 'exclude=*.tmp' at carol show 'Finance documents'
says 'the administrator sees who has it' 'carol' sbmctl profile who-has-it "$finance"

step '8. The connection is locked'
says "Sam's is, since his first login" 'locked: yes' at sam connection
refused 1 'another user is refused' 'connection_locked' at sam login "$connection" alex
his_password='no idea at all' refused 1 'without the password of an administrator it stays' 'wrong_credentials' \
    at sam connect "$connection" alex admin
his_password=$user_password denied 'with that of somebody else as well' 'denied_role' at sam connect "$connection" alex sam
says 'nothing has changed' 'user: sam' at sam connection
says 'with it the computer becomes that of Alex' 'minibackup (alex, online)' at sam connect "$connection" alex admin
says '  …and in the same way that of Sam again' 'minibackup (sam, online)' at sam connect "$connection" sam admin
check '  …with his profile' at sam sync

step '9. The server goes away; the work goes on, restricted, whatever the clocks say'
stop_server
printf 'Q4: revised\n' >>"$documents/reports/2026/q4.txt"
says 'the prompt says that Carol is offline' 'minibackup (carol, offline)> ' prompt_of carol status
denied 'what she may not do, she may not do offline' 'may not create' at carol create mine --source "$documents" --dest "$backups"
refused 1 'the connection stays as it is: nobody can tell who is an administrator' 'unreachable' \
    at carol connect "$connection" alex admin
check 'a run by hand' at carol run 'Finance documents'
check 'a scheduled run' at carol run 'Finance documents' --scheduled
check 'a restore' at carol restore 'Finance documents' "$work/restored"
check 'what came back is what was there' diff -r --exclude='*.tmp' "$documents" "$work/restored"
denied 'a clock set back by a year revives nothing' 'may not create' \
    wrong_clock "-$year" carol create mine --source "$documents" --dest "$backups"
check '  …and a run goes on' wrong_clock "-$year" carol run 'Finance documents'
denied 'one set forward by ten years neither' 'may not create' \
    wrong_clock "$((10 * year))" carol create mine --source "$documents" --dest "$backups"
check '  …and a run goes on' wrong_clock "$((10 * year))" carol run 'Finance documents'

step '10. The server returns; the history arrives, each run once'
start_server
says 'everything that was kept is sent' ' 0 waiting' at carol sync
check 'six runs of Carol, none lost, none doubled' runs 6 --user carol
check '  …also after another exchange' at carol sync
check '  …still six' runs 6 --user carol
says 'the prompt says that she is online' 'minibackup (carol, online)> ' prompt_of carol status

step '11. Profiles are withdrawn and deleted; files never are'
check 'the profile of Finance is marked for deletion' sbmctl profile mark "$finance"
says "Carol's program removes its copy" 'Finance documents: removed' at carol sync
check '  …and leaves her files alone' test -e "$backups/reports/ledger.bin"
check 'the mark is taken back' sbmctl profile unmark "$finance"
says '  …and the profile returns' 'Finance documents: installed' at carol sync
check 'the record is deleted' sbmctl profile delete "$finance" --yes
says '  …and a tombstone stays until all know of it' '0 of 2' sbmctl profile tombstones
sed -n 1p "$work/out" | show
grep -F "$finance" "$work/out" | show
says "it is gone from Carol's computer" 'Finance documents: removed' at carol sync
check '  …and the server hears of it' at carol sync
says 'gone from one of two' '1 of 2' sbmctl profile tombstones
says "it is gone from Polly's" 'Finance documents: removed' at polly sync
check '  …and the server hears of it' at polly sync
check 'the tombstone is gone as well' not bash -c "sbmctl profile tombstones 2>&1 | grep -F '$finance'"

step '12. Sessions, devices and history are taken away; the audit log keeps it'
says 'who is logged in, and where' 'sam' sbmctl session list
check "Sam's sessions are ended" sbmctl session revoke --user sam --yes
refused 1 'his program is refused at its next contact' 'refused' at sam sync
check 'a login makes it good again' at sam login "$connection" sam
installation=$(sbmctl device list --user carol --columns installation --csv | tail -n 1 | tr -d '\r')
check "Carol's computer is removed" sbmctl device remove "$installation" --yes
refused 1 '  …and hears of it' 'refused' at carol sync
denied '  …and is on the floor until somebody logs in there' 'may not create' at carol create mine --source "$documents" --dest "$backups"
check 'her history stays' runs 6 --user carol
check 'it is exported' sbmctl history export --user carol --output "$work/carol.csv"
check '  …every run of it' test "$(tail -n +2 "$work/carol.csv" | grep -c carol)" -eq 6
check 'then it is deleted' sbmctl history delete --user carol --yes
check '  …every run of it' runs 0 --user carol
says 'the audit log says by whom' 'admin' sbmctl audit list --act history
sed -n '1p;2p' "$work/out" | show
says 'the audit log is whole' 'whole' sbmctl audit verify

step 'What is left of it'
sbmctl history list --columns start,user,profile,trigger,result
printf '\n%sAll twelve steps passed: %s checks.%s\n' "$green" "$checked" "$plain"
printf 'Go on with "make serve", which keeps a server in ./sbm-data; "sbmctl --help" and "minibackup help" tell the rest.\n'
