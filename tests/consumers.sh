#!/usr/bin/env bash
# Builds and runs the consumer projects, and a host with a SQLite of its own, against an archive of SBM that is unpacked and then
# moved, so that nothing in it may name the directory where it was made. Nothing of the repository is built against but the
# projects themselves, and each of those is copied away first.
#
#   tests/consumers.sh ARCHIVE.tar.gz [WORK]     WORK: where to; a new temporary folder if missing
set -euo pipefail
archive=$(realpath "$1")
work=${2:-$(mktemp -d "${TMPDIR:-/tmp}/sbm-consumers.XXXXXX")}
tests=$(cd "$(dirname "$0")" && pwd)
projects=$tests/../packaging/consumers
mkdir -p "$work"
work=$(cd "$work" && pwd)
checked=0

finish() {
    local status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 40 "$work/said" >&2 2>/dev/null || :
        printf 'The consumers failed at: %s\nEverything is still in %s\n' "${what:-the beginning}" "$work" >&2
    else
        rm -rf "$work"
    fi
}
trap finish EXIT

# try WHAT COMMAND…: the command must succeed.
try() {
    what=$1
    shift
    "$@" >"$work/said" 2>&1
}

# Like the command, with its answer turned round; a plain `!` would not end the script.
not() { ! "$@"; }

version=$("$tests/../packaging/version.sh")
# says WHAT SHARED|STATIC PROGRAM: the program must answer as a host without a server does, and load the library or have it.
says() {
    what=$1
    local linked=$2 program=$3
    rm -rf "$work/cache"
    "$program" "$work/cache" >"$work/said" 2>&1
    printf 'SBM %s\ncreate: allowed\n' "$version" | diff - "$work/said"
    readelf -dW "$program" >"$work/said"
    case $linked in
        shared) grep -q 'Shared library: \[libsbm\.so\.0\]' "$work/said" ;;
        static) not grep -q libsbm "$work/said" ;;
    esac
    checked=$((checked + 1))
    printf '  ok %s\n' "$what"
}

what='unpacking'
mkdir "$work/first"
tar -xzf "$archive" -C "$work/first"
mkdir "$work/moved here"
mv "$work/first"/sbm-* "$work/moved here/sbm"
rmdir "$work/first"
# Paths with a blank are for CMake; pkg-config and make have trouble with them of their own.
prefix="$work/moved here/sbm"
ln -s "moved here/sbm" "$work/sbm"
plain=$work/sbm
cp -r "$projects" "$work/projects"
export PKG_CONFIG_PATH=$plain/lib/pkgconfig
unset CPATH C_INCLUDE_PATH LIBRARY_PATH CMAKE_PREFIX_PATH SBM_DATA_DIR SBM_CONNECTION SBM_USER SBM_PASSWORD_FILE SBM_MANAGED

what='the shape of the archive'
[ "$(cd "$prefix" && echo *)" = 'bin include lib share' ]
for file in include/{sbm.h,sbm.hpp,sbm.pas,README.md} lib/{libsbm.a,libsbm.so.0,libsbm.so} bin/{sbmctl,sbm-server} \
    share/man/man1/{sbmctl,sbmctl-user-add}.1 share/bash-completion/completions/sbmctl share/doc/sbm/LICENSE-MIT; do
    what="the archive has no $file"
    [ -s "$prefix/$file" ]
done
what='no file may name the directory where it was made'
not grep -rlF -e "$(cd "$tests/.." && pwd)" -e "$work" "$prefix/lib/pkgconfig" "$prefix/lib/cmake" "$prefix/include" "$prefix/share"
for program in sbmctl sbm-server; do try "$program runs from the archive" "$prefix/bin/$program" --version; done
grep -qF "$version" "$work/said"

# ---- pkg-config and make --------------------------------------------------------------------------------------------
for kind in shared static; do
    try "pkg-config and make, $kind" make -C "$work/projects/pkg-config" "$kind"
    LD_LIBRARY_PATH=$plain/lib says "pkg-config and make, $kind" "$kind" "$work/projects/pkg-config/$kind"
done
what='the version that pkg-config tells'
[ "$(pkg-config --modversion sbm)" = "$version" ]

# ---- CMake ----------------------------------------------------------------------------------------------------------
try 'CMake finds the package' cmake -S "$work/projects/cmake" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix"
try 'CMake builds' cmake --build "$work/cmake"
for program in shared static shared_cpp static_cpp; do says "CMake, $program" "${program%_cpp}" "$work/cmake/$program"; done
mkdir "$work/newer"
printf 'cmake_minimum_required(VERSION 3.16)\nproject(newer C)\nfind_package(SBM 99.0 CONFIG REQUIRED)\n' >"$work/newer/CMakeLists.txt"
what='CMake must not take an older version for a newer one'
not cmake -S "$work/newer" -B "$work/newer/build" -DCMAKE_PREFIX_PATH="$prefix" >"$work/said" 2>&1
grep -q 'version: 0' "$work/said" # it was looked at, and refused

# ---- Meson ----------------------------------------------------------------------------------------------------------
try 'Meson finds the package' meson setup "$work/meson" "$work/projects/meson"
try 'Meson builds' meson compile -C "$work/meson"
for kind in shared static; do says "Meson, $kind" "$kind" "$work/meson/$kind"; done

# ---- Free Pascal ----------------------------------------------------------------------------------------------------
try 'Free Pascal and make, shared' make -C "$work/projects/pascal" SBM="$plain" shared
LD_LIBRARY_PATH=$plain/lib says 'Free Pascal and make, shared' shared "$work/projects/pascal/shared"

# ---- a host with a SQLite of its own --------------------------------------------------------------------------------
sqlite=$(pkg-config --variable=libdir sqlite3)/libsqlite3.a
for order in "$plain/lib/libsbm.a $sqlite" "$sqlite $plain/lib/libsbm.a"; do
    # shellcheck disable=SC2086
    try 'a host with a SQLite of its own' cc -std=c99 -Wall -Wextra -Werror "-I$plain/include" "$tests/consumers/own_sqlite.c" \
        -o "$work/own_sqlite" $order -lm -lpthread -ldl
    says 'a host with a SQLite of its own beside libsbm.a' static "$work/own_sqlite"
done

printf '%s consumers built and ran from %s\n' "$checked" "${archive##*/}"
