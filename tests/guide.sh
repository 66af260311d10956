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
block 'c accounts.c' >accounts.c
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
# The page's port may be in use here: a free one in its place.
port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 1)->sockport')
grep -q '^sbm-server .* --listen 127\.0\.0\.1:18100 .*&$' page.sh
sed -i "s/127\.0\.0\.1:18100/127.0.0.1:$port/" page.sh
# Behind the page's last line: what the page says of a server that is gone, and of one that is back.
cat >behind.sh <<'BEHIND'
wait
./integration managed
@SERVER@
until sbmctl history list >history; do sleep 0.1; done
started=0
until [ "$(arrived)" -eq $((before + 1 + started)) ]; do
    sleep 1
    ./integration managed >>started
    started=$((started + 1))
done
kill $!
wait
BEHIND
server=$(grep '^sbm-server .*&$' page.sh)
awk -v server="$server" '$0 == "@SERVER@" { print server; print "echo $! >server.pid"; next } { print }' behind.sh >behind
# Nothing is added but where the server's number is kept, the other two languages in front of where the server ends, and that.
{
    echo "arrived() { sbmctl history list | grep -c '^carol .* success ' || :; }"
    sed -e 's/^sbm-server .*&$/&\necho $! >server.pid/' \
        -e "/^kill /i for language in cpp pascal; do ./integration-\$language managed-\$language \"\$(cat server/connection)\" carol 'violet staircase 42'; done" \
        -e '/^kill /i before=$(arrived)' page.sh
    cat behind
} >follow.sh
timeout 300 bash -eux follow.sh >said 2>said.err

# how_often LINE…: how many times these lines were said one after the other.
how_often() {
    printf '%s\n' "$@" | awk 'NR == FNR { wanted[NR] = $0; count = NR; next }
        { at = $0 == wanted[at + 1] ? at + 1 : ($0 == wanted[1]) } at == count { times++; at = 0 } END { print times + 0 }' - said
}
# Without a server everything is the user's own.
programs=$(grep -cE '^\./.*integration[a-z-]* data$' page.sh)
[ "$programs" -ge 7 ] && [ "$(how_often allowed 'a profile is created' 'the run is recorded')" -eq "$programs" ]
# With one, Carol may run and not create, and is told so in each language, also when the server is gone; her runs are in the
# history, the one without the server when it is back.
denied=$(grep -m 1 '^`carol` may not create profiles' said)
[ "$(how_often "$denied" 'the run is recorded')" -eq 4 ]
[ "$(grep -c '^a profile is created$' said)" -eq "$programs" ]
grep -qE '^carol +documents .* success ' said
printf '%s programs of the guide built and ran, with a server and without\n' "$programs"
