#!/usr/bin/env bash
# Builds the run-time library of Free Pascal for 64-bit Windows from the sources of Debian's package fpc-source, with the compiler of
# Debian's fp-compiler: it has that target built in, assembler and linker included.
#
#   tests/windows/fpc-win64.sh OUT       OUT: where the units go; nothing is done if they are there already
set -euo pipefail

mkdir -p "$1"
out=$(cd "$1" && pwd)
version=$(fpc -iV)
sources=${FPC_SOURCES:-/usr/share/fpcsrc/$version/rtl}
[ -d "$sources/win64" ] || { echo "the sources of Free Pascal are not in $sources; install the package fpc-source" >&2; exit 1; }
[ -e "$out/complete-$version" ] && exit 0

# -n: without the system's configuration, which names the units of Linux.
pascal() {
    ppcx64 -n -Twin64 -O2 -v0ew "-FU$out" "-Fu$out" "$@" >"$out/log" 2>&1 || { cat "$out/log" >&2; exit 1; }
}
cd "$sources/win64"
includes=(-Fi../inc -Fi../x86_64 -Fi../win -Fi.)
folders=(-Fu../win -Fu../inc -Fu../x86_64 -Fu../objpas -Fi../objpas -Fi../objpas/sysutils -Fi../objpas/classes -Fi../win/wininc)
pascal "${includes[@]}" -Us -Sg system.pp
pascal "${includes[@]}" ../inc/uuchar.pp
pascal "${includes[@]}" -I../objpas ../objpas/objpas.pp
for unit in sysinit.pp windows.pp ../win/sysutils.pp classes.pp ../objpas/math.pp ../inc/dynlibs.pas ../inc/fpintres.pp ../inc/lineinfo.pp; do
    pascal "${includes[@]}" "${folders[@]}" "$unit"
done
for unit in system objpas sysutils math classes dynlibs; do
    [ -e "$out/$unit.ppu" ] || { echo "$unit was not built" >&2; exit 1; }
done
touch "$out/complete-$version"
