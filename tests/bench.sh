#!/usr/bin/env bash
# Figures of this build on this machine, as rows of target/bench.tsv: name, measured, unit, bound, met.
#
# A bound in nanoseconds counts as met when the figure, or its ratio to an empty loop of the same run, is within what the
# row says: machines drift by a factor of two, and their ratios do not.
set -euo pipefail
cd "$(dirname "$0")/.."

rows=target/bench.tsv
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-bench.XXXXXX")
server_pid=
trap '[ -z "$server_pid" ] || kill "$server_pid" 2>/dev/null || :; rm -rf "$work"' EXIT

make -s build-demo
bin=$PWD/target/demo
mkdir -p target
printf 'name\tmeasured\tunit\tbound\tmet\n' >"$rows"
row() { printf '%s\t%s\t%s\t%s\t%s\n' "$@" | tee -a "$rows"; }
at_most() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a <= b) }'; }
met() { if "$@"; then echo yes; else echo no; fi; }

# A client that logged in, with a security profile and a managed profile: the cached head that the question is put to.
export SBMCTL_CONFIG=$work/admin.json NO_COLOR=1
"$bin/sbm-server" --data-dir "$work/server" --listen 127.0.0.1:0 >"$work/server.log" 2>&1 &
server_pid=$!
until [ -s "$work/server/connection" ]; do kill -0 "$server_pid" && sleep 0.05; done
connection=$(cat "$work/server/connection")
guid=94D3D1C174724DC9A5E99EE763E23159
printf 'marble kettle 7 orbit\n' | "$bin/sbmctl" setup --data-dir "$work/server" --password-stdin >/dev/null 2>&1
"$bin/sbmctl" group add Finance >/dev/null
"$bin/sbmctl" security-profile add 'End user' --right run_manually --right restore >/dev/null
printf 'violet staircase 42\n' | "$bin/sbmctl" user add carol --security-profile 'End user' --group Finance --password-stdin >/dev/null 2>&1
printf 'source=/tmp\ndest=/tmp\n' >"$work/profile"
"$bin/sbmctl" profile upload "$work/profile" --name Finance --description bench --guid "$guid" >/dev/null 2>&1
"$bin/sbmctl" profile assign "$guid" --group Finance >/dev/null
MINIBACKUP_PASSWORD='violet staircase 42' "$bin/minibackup" --home "$work/carol" login "$connection" carol >/dev/null
cache=$(dirname "$(find "$work/carol" -name cache.db | head -1)")

# The question from C: time, allocations, system calls.
${CC:-cc} -std=c99 -O2 -Iinclude sbm-ffi/tests/c/may_bench.c -o "$work/may" -L"$bin" -lsbm -lpthread -lm -ldl -Wl,-rpath,"$bin"
"$work/may" "$cache" "$guid" >"$work/may.txt"
figure() { sed -n "s/^$1: p50 \([0-9.]*\) ns.*/\1/p" "$work/may.txt"; }
count() { sed -n "s/^$1: \([0-9]*\).*/\1/p" "$work/may.txt"; }
grep -qx 'state: managed' "$work/may.txt"
empty=$(figure 'empty loop')
for question in 'may restore' 'may run'; do
    ns=$(figure "$question")
    row "C: $question, on a cached head, p50" "$ns" ns '100 ns, or 60 empty loops' \
        "$(met eval "at_most $ns 100 || at_most $ns $(awk -v e="$empty" 'BEGIN { print 60 * e }')")"
done
allocations=$(count 'allocations on allow')
row 'C: allocations in 11,000 questions' "$allocations" allocations 0 "$(met [ "$allocations" -eq 0 ])"
answers=$(count 'answers without a system call')
row 'C: questions of 1,000 answered without a system call' "$answers" questions 1000 "$(met [ "$answers" -eq 1000 ])"

# What crossing the boundary costs, beside strlen and sqlite3_bind_int of the same run.
${CC:-cc} -std=c99 -O2 -Iinclude sbm-ffi/tests/c/boundary_bench.c -o "$work/boundary" -L"$bin" -lsbm -lsqlite3 -ldl -Wl,-rpath,"$bin"
"$work/boundary" "$bin/libsbm.so" "$work/boundary.d" >"$work/boundary.txt"
crossing() { sed -n "s/^$1: p50 \([0-9.]*\) ns.*/\1/p" "$work/boundary.txt"; }
bind=$(crossing sqlite3_bind_int)
for known in 'strlen of 32 bytes' sqlite3_bind_int; do row "C: $known" "$(crossing "$known")" ns 'none' '-'; done
while IFS='|' read -r call most times; do
    ns=$(crossing "$call")
    row "C: $call" "$ns" ns "$most ns, or $times sqlite3_bind_int" \
        "$(met eval "at_most $ns $most || at_most $ns $(awk -v b="$bind" -v n="$times" 'BEGIN { print n * b }')")"
done <<'CALLS'
sbm_version|15|1
a call with a handle|35|3
sbm_client_may|100|8
CALLS
first=$(sed -n 's/^dlopen to the first answer: p50 \([0-9.]*\) ms/\1/p' "$work/boundary.txt")
row 'C: dlopen to the first answer' "$first" ms 5 "$(met at_most "$first" 5)"

# Decisions on a directory of 10,000 users, 1,000 groups and 5,000 profiles, beside code written by hand.
cargo build --release --locked --quiet -p sbm-tests --bin sbm-bench-decide
target/release/sbm-bench-decide | tee -a "$rows"

# A large tree of accounts: in memory, and behind a server's start.
cargo build --release --locked --quiet -p sbm-tests --bin sbm-bench-accounts
target/release/sbm-bench-accounts "$bin/sbm-server" 2>"$work/accounts.log" | tee -a "$rows"

# The allowlist, beside a plain loop and the crate prefix-trie.
cargo build --release --locked --quiet -p sbm-tests --bin sbm-bench-allow
target/release/sbm-bench-allow | tee -a "$rows"

# The server at rest: claimed above; six logins at once on top, since each hash takes 19 MiB for a moment.
for number in 1 2 3 4 5 6; do
    printf 'marble kettle 7 orbit\n' | SBMCTL_CONFIG=$work/login-$number.json "$bin/sbmctl" login "$connection" --yes --user admin --password-stdin >/dev/null 2>&1 &
    logins[number]=$!
done
wait "${logins[@]}"
resident=$(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$server_pid/status")
row 'server_idle_rss: resident after a claim and eight logins' "$resident" MiB 40 "$(met [ "$resident" -le 40 ])"

# The check-in of an unchanged client beside a bare axum echo, and how long a server takes to start.
cargo build -q --release --locked -p sbm-tests --bin sbm-bench-check-in
target/release/sbm-bench-check-in "$bin/sbm-server" 2>"$work/check-in.log" | tee -a "$rows"

# History, as batches and from many clients.
cargo build -q --release --locked -p sbm-tests --bin sbm-bench-history
target/release/sbm-bench-history 2>"$work/history.log" | tee -a "$rows"

# History in a PostgreSQL that waits for its disk.
cargo build -q --release --locked -p sbm-tests --bin sbm-bench-postgres
target/release/sbm-bench-postgres 2>"$work/postgres.log" | tee -a "$rows"

# Everything moved to a PostgreSQL that waits for its disk, and back, beside bare bulk loads.
cargo build -q --release --locked -p sbm-tests --bin sbm-bench-move
target/release/sbm-bench-move 2>"$work/move.log" | tee -a "$rows"
size=$(du -k "$bin/libsbm.so" | cut -f1)
row 'libsbm.so, release' "$size" KiB 'none' '-'

! grep -q $'\tno$' "$rows"
