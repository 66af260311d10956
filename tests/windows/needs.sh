#!/usr/bin/env bash
# Installs what `make windows` needs and is not there yet, on Debian: compilers for Windows, wine, and Rust's libraries for it.
# What cannot be had is said in red, and ends the run: a test never passes for want of its tools.
set -euo pipefail

not_run() {
    printf '\033[31mNOT RUN: %s\033[0m\n' "$*" >&2
    exit 1
}

declare -A package=([gcc]=gcc [g++]=g++ [make]=make [cmake]=cmake [clang]=clang [llvm-dlltool]=llvm [wine]=wine
    [x86_64-w64-mingw32-gcc]=gcc-mingw-w64-x86-64-posix [x86_64-w64-mingw32-g++]=g++-mingw-w64-x86-64-posix
    [i686-w64-mingw32-gcc]=gcc-mingw-w64-i686-posix [fpc]=fp-compiler)
missing=()
for tool in "${!package[@]}"; do
    command -v "$tool" >/dev/null || missing+=("${package[$tool]}")
done
compgen -c lld-link >/dev/null || missing+=(lld)
compgen -G '/usr/lib/*/wine/x86_64-windows/kernel32.dll' >/dev/null || missing+=(wine64)
compgen -G '/usr/lib/*/fpc/*/units/*/rtl/system.ppu' >/dev/null || missing+=(fp-units-rtl)
[ -d /usr/share/fpcsrc ] || missing+=(fpc-source)
if [ "${#missing[@]}" -gt 0 ]; then
    echo "installing: ${missing[*]}"
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq || not_run 'the list of packages cannot be had'
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
        not_run "these packages cannot be installed: ${missing[*]}"
fi
there() { [ -d "$(rustc --print sysroot)/lib/rustlib/$1/lib" ]; }
for target in x86_64-pc-windows-gnu i686-pc-windows-gnu; do
    there "$target" && continue
    rustup target add "$target" || not_run "Rust's libraries for $target cannot be had; \`rustup target add $target\` was refused"
    there "$target" || not_run "Rust's libraries for $target are not where rustc looks, though \`rustup target add $target\` was done"
done
