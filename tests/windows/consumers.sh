#!/usr/bin/env bash
# Builds the consumer projects with CMake and MinGW against an archive that is unpacked and moved, and a host with a SQLite of its
# own beside the static library; runs each under wine.
#
#   tests/windows/consumers.sh ARCHIVE.tar.gz DIRECTORY      DIRECTORY: what programs need under wine besides sbm.dll
set -euo pipefail
archive=$(realpath "$1") given=$(cd "$2" && pwd)
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-consumers.XXXXXX")
trap 'rm -rf "$work"' EXIT
must() { "$@" >"$work/said" 2>&1 || { tail -n 40 "$work/said" >&2; exit 1; }; }
mkdir "$work/moved here"
tar -xzf "$archive" -C "$work/moved here" --strip-components=1
prefix="$work/moved here"
cp -r "$tests/../../packaging/consumers" "$work/projects"
unset CPATH C_INCLUDE_PATH LIBRARY_PATH CMAKE_PREFIX_PATH SBM_DATA_DIR SBM_CONNECTION SBM_USER SBM_PASSWORD_FILE SBM_MANAGED
version=$("$tests/../../packaging/version.sh")

# says WHAT SHARED|STATIC PROGRAM: what a host without a server says, with the DLL beside it or without one.
says() {
    local place=$work/run
    rm -rf "$place"
    mkdir "$place"
    cp "$3" "$place/host.exe"
    cp "$given/bcryptprimitives.dll" "$place/"
    [ "$2" = static ] || cp "$prefix/bin/sbm.dll" "$place/"
    (cd "$place" && timeout 60 wine host.exe cache) 2>&1 | tr -d '\r' | diff <(printf 'SBM %s\ncreate: allowed\n' "$version") - ||
        { echo "$1 says something else" >&2; exit 1; }
    local needs=0
    x86_64-w64-mingw32-objdump -p "$3" >"$work/dump" 2>/dev/null
    grep -q 'DLL Name: sbm.dll' "$work/dump" && needs=1
    [ "$needs" = "$([ "$2" = static ] && echo 0 || echo 1)" ] || { echo "$1 is not linked as it should be" >&2; exit 1; }
    echo "ok $1"
}
must cmake -S "$work/projects/cmake" -B "$work/cmake" -DCMAKE_TOOLCHAIN_FILE="$tests/mingw.cmake" -DCMAKE_PREFIX_PATH="$prefix"
must cmake --build "$work/cmake"
for program in shared static shared_cpp static_cpp; do says "CMake, $program" "${program%_cpp}" "$work/cmake/$program.exe"; done

# The least that a SQLite of a host's own has to be here: functions of these names, which must not meet those of the library.
printf 'int sqlite3_open(const char *f, void **d) { (void)f; *d = 0; return 7; }\nint sqlite3_close(void *d) { (void)d; return 7; }\n' >"$work/sqlite.c"
printf '#define main host_main\n#include "%s"\n#undef main\nint sqlite3_open(const char *, void **);\nint main(int c, char **v) { void *d; return sqlite3_open("x", &d) == 7 ? host_main(c, v) : 9; }\n' \
    "$work/projects/cmake/host.c" >"$work/own.c"
libs=$(sed -n 's/^Libs.private: //p' "$prefix/lib/pkgconfig/sbm.pc")
for order in "$work/sqlite.o|$prefix/lib/libsbm.a" "$prefix/lib/libsbm.a|$work/sqlite.o"; do
    must x86_64-w64-mingw32-gcc -c "$work/sqlite.c" -o "$work/sqlite.o"
    # shellcheck disable=SC2086
    must x86_64-w64-mingw32-gcc -DSBM_STATIC "-I$prefix/include" "$work/own.c" "${order%|*}" "${order#*|}" -o "$work/own.exe" -static $libs
    says 'a host with functions of its own that are named as SQLite names them' static "$work/own.exe"
done
