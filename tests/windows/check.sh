#!/usr/bin/env bash
# Measures the library of an unpacked archive for Windows: what it exports, what it needs, how large it is, what protects it, and
# whether what links against it names the same functions.
#
#   tests/windows/check.sh PREFIX 64|32
set -euo pipefail
prefix=$1 bits=$2
exports=$(dirname "$0")/../../sbm-ffi/exports.txt
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sbm-check.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
case $bits in
    64) tools=x86_64-w64-mingw32 underscore= ;;
    32) tools=i686-w64-mingw32 underscore=_ ;;
esac
met=yes
# row WHAT MEASURED BOUND
row() {
    local verdict=ok
    [ "$2" -le "$3" ] || { verdict='TOO MUCH' met=no; }
    printf '%s bits: %-62s %9s  at most %9s  %s\n' "$bits" "$1" "$2" "$3" "$verdict"
}
# same WHAT: how many lines of $scratch/there are not in exports.txt, or the other way round.
same() {
    LC_ALL=C sort -u "$scratch/there" >"$scratch/sorted"
    row "$1 that are not in exports.txt, or missing" "$(LC_ALL=C comm -3 "$scratch/wanted" "$scratch/sorted" | wc -l)" 0
}
LC_ALL=C sort "$exports" >"$scratch/wanted"
# A plug-in of another linker's is loaded by these tools, if it is installed, and has much to say of archives.
dump() { "$tools-objdump" -p "$1" 2>"$scratch/said"; }

row 'bytes of sbm.dll, stripped' "$(stat -c %s "$prefix/bin/sbm.dll")" $((5 * 1024 * 1024))
dump "$prefix/bin/sbm.dll" >"$scratch/dll"
awk '/Ordinal\/Name Pointer\] Table/ { inside = 1; next } inside && !/\[/ { exit } inside { print $NF }' "$scratch/dll" >"$scratch/there"
same 'exports'
row 'exports that do not begin with sbm_' "$(grep -vc '^sbm_' "$scratch/there" || :)" 0
for file in "$prefix"/bin/*; do
    dump "$file" >"$scratch/dump"
    # Of Windows 10 and Server 2016 itself.
    sed -n 's/^\tDLL Name: //p' "$scratch/dump" | tr '[:upper:]' '[:lower:]' | LC_ALL=C sort -u |
        grep -vxE '(advapi32|bcrypt|bcryptprimitives|crypt32|kernel32|ktmw32|msvcrt|ntdll|oleaut32|secur32|shell32|userenv|ws2_32)\.dll|api-ms-win-core-(synch-l1-2-0|winrt-error-l1-1-0)\.dll' \
            >"$scratch/foreign" || :
    row "libraries that ${file##*/} needs and Windows does not have" "$(wc -l <"$scratch/foreign")" 0
    cat "$scratch/foreign"
    wanted='DYNAMIC_BASE NX_COMPAT'
    [ "$bits" = 32 ] || wanted="$wanted HIGH_ENTROPY_VA"
    lacking=0
    for flag in $wanted; do grep -q "$flag" "$scratch/dump" || lacking=$((lacking + 1)); done
    row "protections that ${file##*/} lacks, of: $wanted" "$lacking" 0
done

# list LIBRARY: the functions that it defines, without what a linker needs besides.
list() { "$tools-nm" --extern-only --defined-only --format=posix "$1" 2>"$scratch/said" | awk -v skip="$underscore" 'NF > 1 && $2 == "T" && $1 !~ /^\./ { print substr($1, length(skip) + 1) }'; }
for library in libsbm.dll.a sbm.lib; do
    list "$prefix/lib/$library" | grep -v '^__imp_' >"$scratch/there"
    same "functions of $library"
done
sed -n 's/^    //p' "$prefix/lib/sbm.def" | tr -d '\r' >"$scratch/there"
same 'functions of sbm.def'
list "$prefix/lib/libsbm.a" >"$scratch/static"
grep '^sbm_' "$scratch/static" | grep -v '^sbm_own_' >"$scratch/there"
same 'functions of libsbm.a'
row "functions of libsbm.a that a host's own SQLite or ring may have" "$(grep -cE '^(sqlite3|ring_core)' "$scratch/static" || :)" 0
[ "$met" = yes ]
