#!/usr/bin/env bash
# Follows include/README.md to the letter, as somebody with an archive and an empty directory does: its programs are written into
# files, its command lines run in their order, and what the programs say is looked at.
#
#   tests/guide.sh ARCHIVE.tar.gz [WORK]         WORK: where to; a new temporary folder if missing
set -euo pipefail
archive=$(realpath "$1")
work=${2:-$(mktemp -d "${TMPDIR:-/tmp}/sbm-guide.XXXXXX")}
mkdir -p "$work"
work=$(cd "$work" && pwd)
cp "$archive" "$work/"
tar -xzf "$archive" -C "$work" --strip-components=2 --wildcards '*/include/README.md'
cd "$work"

# block LANGUAGE: what stands in the page's blocks of that language, one after the other.
block() {
    awk -v opening="\`\`\`$1" '$0 == "```" { inside = 0 } inside { print; lines++ } $0 == opening { inside = 1 } END { exit !lines }' README.md
}
block c >integration.c
block cpp >integration.cpp
block pascal >integration.pas
block cmake >CMakeLists.txt
block meson >meson.build
block make >Makefile
block sh >page.sh

unset CPATH C_INCLUDE_PATH LIBRARY_PATH CMAKE_PREFIX_PATH SBM_DATA_DIR SBM_CONNECTION SBM_USER SBM_PASSWORD_FILE SBM_MANAGED
# The page's server ends with the page, also where a command fails before its own line does that.
finish() {
    local status=$?
    if [ -s server.pid ]; then kill "$(cat server.pid)" 2>/dev/null || :; fi
    if [ "$status" -ne 0 ]; then
        tail -n 60 said said.err >&2 || :
        printf 'The guide failed. Everything is still in %s\n' "$work" >&2
    else
        rm -rf "$work"
    fi
}
trap finish EXIT
{
    echo 'set -x'
    # Nothing is added but where the server's number is kept.
    sed 's/^sbm-server .*&$/&\necho $! >server.pid/' page.sh
} >follow.sh
timeout 300 bash -eu follow.sh >said 2>said.err

# Without a server everything is the user's own: three programs, and the C one by six ways.
wanted=$(printf 'allowed\na profile is created\nthe run is recorded')
times=$(grep -c '^the run is recorded$' said)
plain=$(grep -A 2 '^allowed$' said | grep -cE '^(allowed|a profile is created|the run is recorded)$')
programs=$(grep -cE '^\./.*integration[a-z-]* data$' page.sh)
[ "$programs" -ge 7 ] && [ "$times" -eq $((programs + 1)) ] && [ "$plain" -eq $((programs * $(wc -l <<<"$wanted"))) ]
# With one, Carol may run and not create, and her run is in the history.
grep -q 'create' <(grep -B 1 '^the run is recorded$' said | tail -n 2)
grep -qE '^.*carol.*success|success.*carol' said

# The others say the same to her.
export LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(echo "$work"/sbm-*/lib)
printf '%s programs of the guide built and ran, with a server and without\n' "$programs"
