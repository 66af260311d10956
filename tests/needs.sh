#!/usr/bin/env bash
# Installs what the tests need and is not there yet, on Debian. What is missing and cannot be installed ends the tests:
# a test never passes for want of its tools.
set -euo pipefail

declare -A package=([gcc]=gcc [g++]=g++ [nm]=binutils [openssl]=openssl [curl]=curl [diff]=diffutils
    [pkg-config]=pkg-config [oathtool]=oathtool [python3]=python3 [cmake]=cmake [meson]=meson [fpc]=fp-compiler
    [clang]=clang [tcc]=tcc [valgrind]=valgrind [setarch]=util-linux [x86_64-w64-mingw32-gcc]=gcc-mingw-w64-x86-64-posix
    [x86_64-w64-mingw32-g++]=g++-mingw-w64-x86-64-posix)
missing=()
for tool in "${!package[@]}"; do
    command -v "$tool" >/dev/null || missing+=("${package[$tool]}")
done
# A PostgreSQL is a version's directory, not a program on the path.
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
# Free Pascal's units, a SQLite to link statically, and what a 32-bit compiler sees of a header, are no programs either.
compgen -G '/usr/lib/*/fpc/*/units/*/rtl/system.ppu' >/dev/null || missing+=(fp-units-rtl)
# Its sources: the units for other targets are built from them (tests/fpc.sh).
[ -d /usr/share/fpcsrc ] || missing+=(fpc-source)
compgen -G '/usr/lib/*/libsqlite3.a' >/dev/null || missing+=(libsqlite3-dev)
# A relay for mail, of Debian's own Python.
[ -d /usr/lib/python3/dist-packages/aiosmtpd ] || missing+=(python3-aiosmtpd)
compgen -G '/usr/lib/gcc/*/*/32/libgcc.a' >/dev/null || missing+=(gcc-multilib)
if [ "${#missing[@]}" -gt 0 ]; then
    echo "installing: ${missing[*]}"
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi
for part in rustfmt clippy; do
    cargo "${part/rustfmt/fmt}" --version >/dev/null 2>&1 || rustup component add "$part"
done
