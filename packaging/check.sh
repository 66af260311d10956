#!/usr/bin/env bash
# Measures the library as it is shipped, against the bounds that hold for it.
#
#   packaging/check.sh BUILD                     BUILD: cargo's directory, such as target/dist
set -euo pipefail
packaging=$(cd "$(dirname "$0")" && pwd)
build=$1
library=$build/libsbm.so
exports=$packaging/../sbm-ffi/exports.txt
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sbm-check.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
met=yes

# row WHAT MEASURED BOUND
row() {
    local verdict=ok
    [ "$2" -le "$3" ] || { verdict='TOO MUCH' met=no; }
    printf '%-52s %9s  at most %9s  %s\n' "$1" "$2" "$3" "$verdict"
}

strip --strip-unneeded -o "$scratch/libsbm.so" "$library"
row 'bytes of the shared library, stripped' "$(stat -c %s "$scratch/libsbm.so")" $((5 * 1024 * 1024))

nm -D --defined-only --format=posix "$library" | awk '{ print $1 }' | LC_ALL=C sort >"$scratch/there"
LC_ALL=C sort "$exports" >"$scratch/wanted"
row 'exports that are not in exports.txt, or missing' "$(LC_ALL=C comm -3 "$scratch/wanted" "$scratch/there" | wc -l)" 0
row 'exports that do not begin with sbm_' "$(grep -vc '^sbm_' "$scratch/there" || :)" 0

readelf -dW "$library" | sed -n 's/.*Shared library: \[\(.*\)\]/\1/p' >"$scratch/needed"
row 'libraries it needs that are not the C library or gcc' \
    "$(grep -vcE '^(libc\.so\.6|libm\.so\.6|libgcc_s\.so\.1|ld-linux-x86-64\.so\.2)$' "$scratch/needed" || :)" 0
row 'symbols of the static library that are not its functions' \
    "$("$packaging/static.sh" "$build/libsbm.a" "$scratch/libsbm.a" "$exports" >"$scratch/said" 2>&1 && echo 0 || cat "$scratch/said" | wc -l)" 0

cargo tree --manifest-path "$packaging/../Cargo.toml" --edges normal --package sbm-ffi --prefix none --locked |
    sed 's/ (.*//' | LC_ALL=C sort -u >"$scratch/crates"
row 'crates, its own three among them' "$(wc -l <"$scratch/crates")" 70
[ "$met" = yes ]
