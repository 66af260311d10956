# The stage of the demo: how a step is shown and checked, and how the server comes and goes. Sourced by demo.sh, which sets
# $bin and $work.

data=$work/server
server_pid=
checked=0
export SBMCTL_CONFIG=$work/admin.json NO_COLOR=1
PATH=$bin:$PATH
unset SBM_DATA_DIR SBM_CONNECTION SBM_ROOTS SBM_USER SBM_PASSWORD_FILE SBM_MANAGED

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
note() { printf '     %s\n' "$*"; }
show() { sed 's/^/     /'; }
passed() {
    checked=$((checked + 1))
    printf '  %sok%s %s\n' "$green" "$plain" "$*"
}
failed() {
    sed 's/^/      /' "$work/out" >&2 2>/dev/null || :
    printf '  %sFAILED%s %s\n' "$red" "$plain" "$*" >&2
    exit 1
}

# check WHAT COMMAND…: the command must succeed.
check() {
    local what=$1
    shift
    if "$@" >"$work/out" 2>&1; then passed "$what"; else failed "$what"; fi
}

# says WHAT WORDS COMMAND…: the command must succeed and its output have these words.
says() {
    local what=$1 words=$2
    shift 2
    if "$@" >"$work/out" 2>&1 && grep -qF -- "$words" "$work/out"; then passed "$what"; else
        failed "$what (expected the words: $words)"
    fi
}

# refused STATUS WHAT WORDS COMMAND…: the command must end with that status and say why in these words. Its last line is shown.
refused() {
    local wanted=$1 what=$2 words=$3 status=0
    shift 3
    "$@" >"$work/out" 2>&1 || status=$?
    if [ "$status" -eq "$wanted" ] && grep -qF -- "$words" "$work/out"; then
        passed "$what"
        note "$(grep -F -- "$words" "$work/out" | tail -n 1)"
    else
        failed "$what (status $status, expected $wanted and the words: $words)"
    fi
}

# denied WHAT WORDS COMMAND…: minibackup must answer that SBM denies it.
denied() { refused 3 "$@"; }

# Like the command, with its answer turned round.
not() { ! "$@"; }

start_server() {
    sbm-server --data-dir "$data" --listen "127.0.0.1:${port:-0}" >>"$work/server.log" 2>&1 &
    server_pid=$!
    for _ in $(seq 400); do
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

# The desks: everybody has a computer with minibackup, and types the password of $password.
at() {
    local who=$1
    shift
    MINIBACKUP_PASSWORD=${password:-$user_password} MINIBACKUP_ADMIN_PASSWORD=${his_password:-$admin_password} \
        minibackup --home "$work/$who" "$@"
}

# What is typed at the prompt of a desk.
prompt_of() { printf '%s\n' "$2" | at "$1"; }

# The same on a computer whose clock is wrong by so many seconds.
wrong_clock() {
    local by=$1
    shift
    CLOCK_WRONG_BY=$by LD_PRELOAD=$bin/clock.so at "$@"
}

# How many runs the server has, as far as these words of `history list` mean them.
runs() {
    local wanted=$1
    shift
    [ "$(sbmctl history list --all --json "$@" | grep -o '"id"' | wc -l)" -eq "$wanted" ]
}

add_user() {
    local name=$1
    shift
    printf '%s\n' "$user_password" | sbmctl user add "$name" --password-stdin "$@"
}
