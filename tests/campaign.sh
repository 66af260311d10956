#!/usr/bin/env bash
# The full counts of what the tests do in small, in parts of at most half an hour. What was done is kept in
# target/campaign.tsv (name, done, wanted, failures), so that a campaign that was broken off goes on where it was.
#
#   tests/campaign.sh [PART…]      kill, outbox, races, servers, engine, backup, move, slow, all without a name
set -uo pipefail
cd "$(dirname "$0")/.."

rows=target/campaign.tsv
mkdir -p target
[ -s "$rows" ] || printf 'name\tdone\twanted\tfailures\n' >"$rows"
failed=0

done_of() { awk -F'\t' -v name="$1" '$1 == name { print $2 }' "$rows"; }
record() {
    awk -F'\t' -v OFS='\t' -v name="$1" '$1 != name' "$rows" >"$rows.new"
    printf '%s\t%s\t%s\t%s\n' "$@" >>"$rows.new"
    mv "$rows.new" "$rows"
}

# part NAME WANTED VARIABLE COMMAND…: runs the command with the variable set to the count.
part() {
    local name=$1 wanted=$2 variable=$3
    shift 3
    if [ "$(done_of "$name")" = "$wanted" ]; then
        echo "$name: done before"
        return
    fi
    if env "$variable=$wanted" timeout 1800 "$@"; then record "$name" "$wanted" "$wanted" 0; else
        record "$name" 0 "$wanted" 1
        failed=1
    fi
}

wants() { [ "${#parts[@]}" -eq 0 ] || [[ " ${parts[*]} " == *" $1 "* ]]; }
parts=("$@")

wants kill && part 'kill -9 on each side' 100 SBM_KILLS cargo test --locked -p sbm-tests --test kill
wants kill && part 'kill -9 of the agent of a spool folder' 100 SBM_KILLS cargo test --locked -p sbm-tests --test spool killed
wants outbox && part 'runs offline in little room' 1000000 SBM_RUNS cargo test --release --locked -p sbm-client --lib many_runs_offline
wants races && part 'fifty claims and fifty uploads at once' 200 SBM_RACES cargo test --locked -p sbm-tests --test races of_fifty
# 200 rounds of uploads, and a tenth as many of claims: each of those has servers of its own.
wants races && part 'fifty claims and fifty uploads at once, at two servers' 200 SBM_RACES cargo test --locked -p sbm-tests --test two_servers of_fifty
# Enrolments with one code and uses of one code of a second factor: on both stores, and at two servers.
wants races && part 'fifty with one code, on both stores' 200 SBM_RACES cargo test --locked -p sbm-server --lib contract
wants races && part 'fifty with one code, at one server and at two' 200 SBM_RACES cargo test --locked -p sbm-server --lib fifty
wants servers && part 'faults of three servers on one PostgreSQL' 200 SBM_FAULTS cargo test --locked -p sbm-tests --test three_servers -- --nocapture
# A million worlds, in ten parts that each begin with a seed of their own: the same worlds whenever it is run.
if wants engine; then
    for seed in 1 2 3 4 5 6 7 8 9 10; do
        PROPTEST_RNG_SEED=$seed part "engine against the reference, part $seed of 10" 100000 SBM_CASES \
            cargo test --release --locked -p sbm-tests --test decide_vs_reference
    done
fi

# Each kind of database makes its hundred; the two tests share the variable.
wants backup && part 'online backups under full write load' 100 SBM_BACKUPS cargo test --locked -p sbm-tests --test own_backup under_load

wants move && part 'runs moved to PostgreSQL and back' 1000000 SBM_MOVED cargo test --release --locked -p sbm-tests --test relocation everything_is_the_same
wants slow && part 'slow-header connections' 5000 SBM_SLOW cargo test --locked -p sbm-tests --test slow_headers -- --nocapture

column -t -s $'\t' "$rows" 2>/dev/null || cat "$rows"
exit "$failed"
