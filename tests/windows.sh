#!/usr/bin/env bash
# Builds everything for Windows, packs it, and tests it under wine: `make windows`. Each part says how long it took; one that could
# not be done is said in red, and at the end again.
#
#   tests/windows.sh
#
# SBM_WINDOWS_BUILT: a target directory in which everything was built already. WINEPREFIX: where wine keeps its things, and may go on.
set -euo pipefail
cd "$(dirname "$0")/.."
top=$PWD
tests=$top/tests/windows
target=${SBM_WINDOWS_BUILT:-${CARGO_TARGET_DIR:-target}}
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-windows.XXXXXX")
own_wine=
finish() {
    local status=$?
    [ -z "$own_wine" ] || wineserver -k 2>/dev/null || :
    rm -rf "$work"
    [ "$status" -eq 0 ] || red "make windows: failed in: ${part:-the beginning}"
}
trap finish EXIT
red() { printf '\033[31m%s\033[0m\n' "$*" >&2; }

# part NAME COMMAND…: runs it and says how long it took.
part() {
    part=$1
    local begun=$SECONDS
    shift
    printf '\n---- %s\n' "$part"
    "$@"
    printf '     %s: %s s\n' "$part" $((SECONDS - begun))
}
build() { cargo build --locked --profile dist --target "$@"; }

part 'what is needed' "$tests/needs.sh"
if [ -z "${SBM_WINDOWS_BUILT:-}" ]; then
    part 'the build, 64 bits' build x86_64-pc-windows-gnu -p sbm-ffi -p sbm-server -p sbmctl
    part 'the build, 32 bits' build i686-pc-windows-gnu -p sbm-ffi
fi
archives=$target/windows
pack() {
    local bits=$1 triple=$2 archive
    archive=$(packaging/archive.sh "$target/$triple/dist" "$triple" "$archives")
    mkdir "$work/$bits"
    tar -xzf "$archive" -C "$work/$bits" --strip-components=1
    ln -s "$(realpath "$archive")" "$work/$bits.tar.gz"
    "$tests/check.sh" "$work/$bits" "$bits"
}
part 'the archive, 64 bits' pack 64 x86_64-pc-windows-gnu
part 'the archive, 32 bits' pack 32 i686-pc-windows-gnu

# What programs find beside them under wine, and what they are linked against.
beside=$work/beside
mkdir "$beside"
cp "$work/64/bin/sbm.dll" "$work/64/lib/libsbm.dll.a" "$beside/"
x86_64-w64-mingw32-gcc -std=c99 -Wall -Wextra -Werror -O1 -shared "$tests/bcryptprimitives.c" -o "$beside/bcryptprimitives.dll" -ladvapi32
start_wine() {
    export WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
    unset DISPLAY WAYLAND_DISPLAY
    if [ -z "${WINEPREFIX:-}" ]; then
        export WINEPREFIX=$work/wine
        own_wine=yes
    fi
    mkdir -p "$WINEPREFIX"
    # It stays while the tests run: between two programs it would end, and one that comes just then finds nobody.
    wineserver -p
    # The first program sets everything up. `wineboot --init` as the first would do it twice, and leave two service control managers,
    # of which either may answer.
    wine cmd /c exit >"$work/said" 2>&1 || { cat "$work/said" >&2; return 1; }
}
part 'wine' start_wine

part 'C and C++' "$tests/hosts.sh" "$beside"
part 'Pascal' "$tests/pascal.sh" "$beside"
part "objects of Microsoft's kind" "$tests/msvc.sh" "$work/64" "$beside"
part 'consumers of the archive' "$tests/consumers.sh" "$work/64.tar.gz" "$beside"
# The server of these runs here, and so do the tests; only the hosts are programs for Windows.
part 'examples against a server, over TLS' env SBM_WINDOWS="$beside" \
    cargo test --locked -p sbm-tests --test examples --test c_abi --test pascal
native() {
    cargo build --locked -p sbm-ffi
    "$tests/server.sh" "$work/64/bin" "${CARGO_TARGET_DIR:-target}/debug/libsbm.so" "$beside"
}
part 'the server and sbmctl' native
# Programs of 32 bits are compiled against the DLL of 32 bits, and run where there is a wine for them.
not_run=
in_32_bits() {
    local source
    "$tests/pascal.sh" --32 --compile
    for source in layout tour misuse; do
        i686-w64-mingw32-gcc -std=c99 -Wall -Wextra -Wpedantic -Werror -O1 -Iinclude "sbm-ffi/tests/c/$source.c" -o "$work/32/$source.exe" \
            "$work/32/lib/libsbm.dll.a" -static -pthread
    done
    if ! compgen -G '/usr/lib/*/wine/i386-windows/kernel32.dll' >/dev/null; then
        not_run='the programs of 32 bits are compiled and linked, but there is no wine of 32 bits here'
        red "NOT RUN: $not_run"
        return
    fi
    i686-w64-mingw32-gcc -std=c99 -O1 -shared "$tests/bcryptprimitives.c" -o "$work/32/bcryptprimitives.dll" -ladvapi32
    cp "$work/32/bin/sbm.dll" "$work/32/"
    cd "$work/32"
    # The file of 32 bits ends before the error table, which is the library's and the same.
    wine layout.exe | tr -d '\r' | head -n "$(wc -l <"$top/sbm-ffi/tests/golden/layout-32.txt")" | diff "$top/sbm-ffi/tests/golden/layout-32.txt" -
    for source in tour misuse; do [ "$(wine "$source.exe" "cache-$source" | tr -d '\r')" = ok ]; done
}
part '32 bits' in_32_bits
printf '\nThe archives are in %s.\n' "$archives"
if [ -n "$not_run" ]; then red "NOT RUN: $not_run"; fi
