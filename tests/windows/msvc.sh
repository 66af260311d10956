#!/usr/bin/env bash
# Objects as Microsoft's compiler makes them, linked against sbm.lib by a linker of that kind; run under wine. There is no C library
# of Microsoft's here: the programs have an entry of their own and ask kernel32.dll alone.
#
#   tests/windows/msvc.sh PREFIX DIRECTORY      PREFIX: an unpacked archive; DIRECTORY: what programs need under wine
set -euo pipefail
prefix=$(cd "$1" && pwd) given=$(cd "$2" && pwd)
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-msvc.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$given"/*.dll "$work/"
cd "$work"
linker=$(compgen -c lld-link | LC_ALL=C sort | head -n 1)
printf 'LIBRARY kernel32.dll\nEXPORTS\n    ExitProcess\n    GetStdHandle\n    WriteFile\n' >kernel32.def
llvm-dlltool -m i386:x86-64 -d kernel32.def -D kernel32.dll -l kernel32.lib
for language in c c++; do
    standard=c99
    [ "$language" = c ] || standard=c++14
    clang --target=x86_64-pc-windows-msvc -x "$language" -std=$standard -ffreestanding -nostdlibinc -Wall -Wextra -Wpedantic -Werror -O1 \
        -fno-stack-protector "-I$prefix/include" -c "$tests/msvc.c" -o host.obj
    "$linker" /entry:begin /subsystem:console /nodefaultlib /out:host.exe host.obj "$prefix/lib/sbm.lib" kernel32.lib
    told=$(timeout 60 wine host.exe | tr -d '\r')
    [ "$told" = "SBM $("$tests/../../packaging/version.sh"): allowed" ] || { echo "$language: $told" >&2; exit 1; }
    echo "ok an object of Microsoft's kind, $language: $told"
done
