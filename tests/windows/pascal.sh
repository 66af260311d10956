#!/usr/bin/env bash
# The Pascal programs for Windows: the tests and examples are compiled here, and the tests run under wine.
#
#   tests/windows/pascal.sh [--32] DIRECTORY      with sbm.dll, and what else it needs under wine, in it
#   tests/windows/pascal.sh [--32] --compile      only compiles and links, which needs no DLL: Windows programs name what they import
#
# SBM_PASCAL_SERVER, if it is set, is a server that has the managed profile "Finance documents" for the user: CONNECTION, USER and
# PASSWORD with one tab between each. WINE says which wine, WINEPREFIX where it keeps its things.
set -euo pipefail

bits=64
[ "${1:-}" = --32 ] && bits=32 && shift
given=${1:?give the directory of sbm.dll, or --compile}
[ "$given" = --compile ] || given=$(cd "$given" && pwd)
cd "$(dirname "$0")/../.."
top=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-pascal.XXXXXX")
trap 'rm -rf "$work"' EXIT
tests/fpc.sh "win$bits" "$top/target/fpc/win$bits"

# compile SOURCE [FLAG…]: to $work/bin/NAME.exe, without a warning.
mkdir -p "$work/bin"
compiled=0
compile() {
    local source=$1 name
    shift
    name=$(basename "$source" .pas)
    rm -rf "$work/units"
    mkdir -p "$work/units"
    "$top/target/fpc/win$bits/pascal" -Mdelphi -O2 -vw -Sew "$@" "-Fu$top/include" "-Fu$(dirname "$source")" "-FU$work/units" \
        "-o$work/bin/$name.exe" "$top/$source" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    compiled=$((compiled + 1))
}
for source in sbm-ffi/tests/pascal/{tour,layout,managed}.pas examples/pascal/*.pas; do
    compile "$source" -dSBM_DELAYED
    compile "$source" # this one stays
done
mv "$work/bin/tour.exe" "$work/bin/tour-from-the-start.exe"
compile sbm-ffi/tests/pascal/tour.pas -dSBM_DELAYED
compile sbm-ffi/tests/pascal/absent.pas -dSBM_DELAYED
echo "compiled for $bits bits: $compiled programs"
[ "$given" = --compile ] && exit 0

[ -f "$given/sbm.dll" ] || { echo "there is no sbm.dll in $given" >&2; exit 1; }
cp "$given"/*.dll "$work/bin/"
export WINEPREFIX=${WINEPREFIX:-$work/wine} WINEDEBUG=-all
cd "$work/bin"
# run PROGRAM [ARGUMENT…]: what it prints, with the line ends of this system; it fails if the program does.
run() { "${WINE:-wine}" "$@" | tr -d '\r'; }
run layout.exe >layout.txt
# The file of 32 bits ends before the error table, which is the library's and the same.
wanted=$top/sbm-ffi/tests/golden/layout-$bits.txt
diff "$wanted" <(head -n "$(wc -l <"$wanted")" layout.txt)
echo "layout: as in C"
for program in tour-from-the-start.exe tour.exe; do
    for mode in '' unmasked; do
        told=$(run "$program" "cache-$program$mode" $mode)
        [[ $told =~ ^ok\ [0-9]{3}$ ]] || { echo "$program $mode: $told" >&2; exit 1; }
        echo "$program ${mode:-masked}: $told"
    done
done
[ "$(run absent.exe cache-absent)" = ok ]
if [ -n "${SBM_PASCAL_SERVER:-}" ]; then
    IFS=$'\t' read -r connection user password <<<"$SBM_PASCAL_SERVER"
    told=$(run managed.exe cache-managed "$connection" "$user" "$password")
    [[ $told =~ ^ok\ [0-9]+$ ]] || { echo "managed: $told" >&2; exit 1; }
    echo "managed.exe: $told"
fi
