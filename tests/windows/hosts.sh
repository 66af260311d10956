#!/usr/bin/env bash
# The tests in C and C++ as Windows programs, with the DLL, under wine.
#
#   tests/windows/hosts.sh DIRECTORY      with sbm.dll, libsbm.dll.a and what else programs need under wine
#
# Of the programs in C these are left out: reload, as the DLL stays loaded once a client was opened; may_bench and boundary_bench,
# which measure Linux. What a fork does is not in them on Windows.
set -euo pipefail
given=$(cd "$1" && pwd)
cd "$(dirname "$0")/../../sbm-ffi"
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-hosts.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$given"/*.dll "$work/"
strict=(-Wall -Wextra -Wpedantic -Werror -O1 -I../include)
linked=("$given/libsbm.dll.a" -static -pthread -lws2_32)

# run PROGRAM [ARGUMENT…]: what it prints, with the line ends of this system.
run() { (cd "$work" && timeout 300 wine "$@" 2>"$work/told") | tr -d '\r' || { cat "$work/told" >&2; return 1; }; }
failed() {
    printf '%s\n' "$*" >&2
    cat "$work/told" >&2
    exit 1
}
c() { x86_64-w64-mingw32-gcc -std=c99 "${strict[@]}" "tests/c/$1.c" -o "$work/$1.exe" "${linked[@]}"; }

c layout
run layout.exe | diff tests/golden/layout-64.txt - || failed 'the sizes and offsets are others'
echo 'ok layout: as everywhere'
for name in garbage garbage_connection garbage_host; do
    c "$name"
    run "$name.exe" "cache-$name" >>"$work/tried" || failed "$name failed"
done
LC_ALL=C sort -u "$work/tried" | diff <(LC_ALL=C sort exports.txt) - || failed 'a function without a case, or a case without a function'
echo "ok garbage: $(wc -l <exports.txt) functions survive it"
for name in tour misuse cancel worker traps stress; do
    c "$name"
    [ "$(run "$name.exe" "cache-$name")" = ok ] || failed "$name failed"
    echo "ok $name"
done
# cases NAME LEAST FLAG… SOURCE…
cases() {
    local name=$1 least=$2 count
    shift 2
    x86_64-w64-mingw32-g++ -std=c++17 "${strict[@]}" tests/cpp/main.cpp "$@" -o "$work/$name.exe" "${linked[@]}"
    run "$name.exe" "cache-$name" >"$work/cases" || failed "after: $(tail -n 1 "$work/cases")"
    count=$(wc -l <"$work/cases")
    [ "$count" -ge "$least" ] || failed "$name has $count cases"
    echo "ok C++, $name: $count cases"
}
cases suite 40 tests/cpp/{life,results,texts,callbacks}.cpp
cases quiet 2 -fno-exceptions -fno-rtti tests/cpp/quiet.cpp
