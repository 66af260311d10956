#!/usr/bin/env bash
# Builds what Free Pascal needs for another target from the sources of Debian's package fpc-source, with the compiler of Debian's
# fp-compiler: the run-time library, and for 32 bits the compiler first, which Debian has for its own architecture alone.
#
#   tests/fpc.sh TARGET OUT       TARGET: win64, win32 or i386-linux
#
# OUT/pascal then compiles for the target, as fpc does for this system. Nothing is done if it is there already.
set -euo pipefail

target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
version=$(ppcx64 -iV)
sources=${FPC_SOURCES:-/usr/share/fpcsrc/$version}
[ -d "$sources/rtl/win64" ] || { echo "the sources of Free Pascal are not in $sources; install the package fpc-source" >&2; exit 1; }
[ -e "$out/complete-$version" ] && exit 0
# Two tests may ask at the same time.
exec 9>"$out/lock"
flock 9
[ -e "$out/complete-$version" ] && exit 0

must() { "$@" >"$out/log" 2>&1 || { tail -n 20 "$out/log" >&2; exit 1; }; }

# The compiler for 32 bits. Its messages are no part of the sources, but of the package of the compiler.
build_compiler() {
    local messages
    messages=$(find /usr/lib /usr/lib64 -path "*/fpc/$version/msg/errore.msg" 2>/dev/null | head -n 1)
    mkdir -p "$out/compiler"
    cd "$out/compiler"
    must ppcx64 "-FE$out/compiler" "$sources/compiler/utils/msg2inc.pp"
    must ./msg2inc "$messages" msg msg
    cd "$sources/compiler"
    must ppcx64 -di386 -O2 -Sgic -v0e "-Fi$out/compiler" -Fui386 -Fux86 -Fusystems -Fii386 -Fix86 "-FU$out/compiler" \
        "-o$out/compiler/ppc386" pp.pas
}

case $target in
    win64) compiler=ppcx64 cpu=x86_64 system=win ;;
    win32) compiler=$out/compiler/ppc386 cpu=i386 system=win ;;
    i386-linux) compiler=$out/compiler/ppc386 cpu=i386 system=unix ;;
    *) echo "$target is not a target; give win64, win32 or i386-linux" >&2; exit 2 ;;
esac
case $cpu in i386) build_compiler ;; esac

# -n: without the system's configuration, which names the units of this system.
pascal() {
    must "$compiler" -n "-T${target#i386-}" -O2 -v0e "-FU$out" "-Fu$out" -Fi../inc "-Fi../$cpu" "-Fi../$system" "-Fi$cpu" -Fi. "$@"
}
cd "$sources/rtl/${target#i386-}"
folders=("-Fu../$system" -Fu../inc "-Fu../$cpu" -Fu../objpas -Fi../objpas -Fi../objpas/sysutils -Fi../objpas/classes -Fi../win/wininc)
pascal -Us -Sg system.pp
pascal ../inc/uuchar.pp
pascal -I../objpas ../objpas/objpas.pp
if [ "$system" = win ]; then
    units=(sysinit.pp windows.pp ../win/sysutils.pp classes.pp)
    [ "$target" = win32 ] && units=(sysinitpas.pp "${units[@]:1}")
else
    units=(si_prc.pp si_c.pp si_c21.pp si_c21g.pp si_dll.pp ../unix/sysutils.pp)
fi
for unit in "${units[@]}" ../objpas/math.pp ../inc/dynlibs.pas ../inc/fpintres.pp ../inc/lineinfo.pp; do
    pascal "${folders[@]}" "$unit"
done
printf '#!/bin/sh\nexec "%s" -n -T%s "-Fu%s" "$@"\n' "$compiler" "${target#i386-}" "$out" >"$out/pascal"
chmod +x "$out/pascal"
touch "$out/complete-$version"
