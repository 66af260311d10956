#!/usr/bin/env bash
# Makes a static library that shows a host nothing but its functions: SQLite, ring and Rust's own symbols become local, so that
# a host may link a SQLite of its own beside it.
#
#   packaging/static.sh IN.a OUT.a EXPORTS       EXPORTS: a file with one symbol a line
#   LD, OBJCOPY, AR, NM: other tools than those of this machine; SYMBOL_PREFIX: what stands before every symbol of C
set -euo pipefail
input=$1 output=$2 exports=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-static.XXXXXX")
trap 'rm -rf "$work"' EXIT
mapfile -t symbols < <(sed "s/^/${SYMBOL_PREFIX:-}/" "$exports")

# One object of what the functions reach, and no more. Groups of sections are dissolved: a local symbol may not name one.
"${LD:-ld}" -r --gc-sections --force-group-allocation "${symbols[@]/#/--undefined=}" -o "$work/all.o" "$input"
# Rust's own libraries carry bitcode, on which tools with another LLVM's plug-in end; nobody needs it here.
printf '%s\n' "${symbols[@]}" >"$work/symbols"
"${OBJCOPY:-objcopy}" --strip-debug --remove-section=.llvmbc --remove-section=.llvmcmd \
    --keep-global-symbols="$work/symbols" "$work/all.o" "$work/sbm.o"
rm -f "$output"
"${AR:-ar}" rcs "$output" "$work/sbm.o"

LC_ALL=C sort "$work/symbols" >"$work/wanted"
"${NM:-nm}" --extern-only --defined-only --format=posix "$output" | awk 'NF > 1 { print $1 }' | LC_ALL=C sort >"$work/there"
if ! diff "$work/wanted" "$work/there" >&2; then
    echo "packaging: $output does not have just the symbols of $exports" >&2
    exit 1
fi
