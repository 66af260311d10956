#!/usr/bin/env bash
# The Pascal programs for 64-bit Windows: the tests and examples are compiled here, and the tests run under wine.
#
#   tests/windows/pascal.sh DIRECTORY      with sbm.dll, and what else it needs under wine, in it
#   tests/windows/pascal.sh --compile      only compiles and links, which needs no DLL: Windows programs name what they import
set -euo pipefail

cd "$(dirname "$0")/../.."
top=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-pascal.XXXXXX")
trap 'rm -rf "$work"' EXIT
units=$top/target/fpc-win64
tests/windows/fpc-win64.sh "$units"

# compile SOURCE [FLAG…]: to $work/bin/NAME.exe, without a warning.
mkdir -p "$work/bin"
compile() {
    local source=$1 name
    shift
    name=$(basename "$source" .pas)
    rm -rf "$work/units"
    mkdir -p "$work/units"
    ppcx64 -n -Twin64 -Mdelphi -O2 -vw -Sew "$@" "-Fu$units" "-Fu$top/include" "-Fu$(dirname "$source")" "-FU$work/units" \
        "-o$work/bin/$name.exe" "$source" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
}

count=0
for source in sbm-ffi/tests/pascal/{tour,layout,managed}.pas examples/pascal/*.pas; do
    for flag in -dSBM_DELAYED -O2; do # the last one stays: loaded at the start
        compile "$source" "$flag"
        count=$((count + 1))
    done
done
compile sbm-ffi/tests/pascal/absent.pas -dSBM_DELAYED
cp "$work/bin/tour.exe" "$work/bin/tour-start.exe"
compile sbm-ffi/tests/pascal/tour.pas -dSBM_DELAYED
echo "compiled: $((count + 2)) programs"
[ "${1:-}" = --compile ] && exit 0

library=$(cd "$1" && pwd)
[ -f "$library/sbm.dll" ] || { echo "there is no sbm.dll in $library" >&2; exit 1; }
cp "$library"/*.dll "$work/bin/"
export WINEPREFIX=${WINEPREFIX:-$work/wine} WINEDEBUG=-all
cd "$work/bin"
# run NAME [ARGUMENT…]: what it prints, with the line ends of this system; it fails if the program does.
run() { wine "$@" | tr -d '\r'; }

run layout.exe >layout.txt
diff "$top/sbm-ffi/tests/golden/layout-64.txt" layout.txt
for program in tour-start.exe tour.exe; do
    for mode in '' unmasked; do
        told=$(run "$program" "cache-$program$mode" $mode)
        [[ $told =~ ^ok\ [0-9]{3}$ ]] || { echo "$program $mode: $told" >&2; exit 1; }
        echo "$program ${mode:-masked}: $told"
    done
done
[ "$(run absent.exe cache-absent)" = ok ]
# A server, if one is named: SBM_PASCAL_SERVER is "CONNECTION USER PASSWORD" with one tab between each.
if [ -n "${SBM_PASCAL_SERVER:-}" ]; then
    IFS=$'\t' read -r connection user password <<<"$SBM_PASCAL_SERVER"
    told=$(run managed.exe cache-managed "$connection" "$user" "$password")
    [[ $told =~ ^ok\ [0-9]+$ ]] || { echo "managed: $told" >&2; exit 1; }
    echo "managed.exe: $told"
fi
