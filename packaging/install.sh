#!/usr/bin/env bash
# Lays out what was built as a prefix, and keeps the list of it in share/sbm/installed.txt.
#
#   packaging/install.sh BUILD TARGET PREFIX     BUILD: cargo's directory, such as target/dist
#   SERVICES: the prefix that the services of systemd name, if that is not PREFIX.
#   DESTDIR: put in front of PREFIX, as packagers do. SBMCTL: an sbmctl that runs here, if BUILD's does not.
set -euo pipefail
packaging=$(cd "$(dirname "$0")" && pwd)
top=$packaging/..
build=$1 target=$2 prefix=$3
root=${DESTDIR:-}$prefix
services=${SERVICES:-$prefix}
refuse() {
    echo "packaging: $*" >&2
    exit 1
}
[ "${prefix#/}" != "$prefix" ] || refuse "the prefix \`$prefix\` is not an absolute path"
programs='sbmctl sbm-server'
# shellcheck source=packaging/system.sh
. "$packaging/system.sh"
# shellcheck source=packaging/take_away.sh
. "$packaging/take_away.sh"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/sbm-install.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
version=$("$packaging/version.sh")
list=share/sbm/installed.txt

# put MODE FROM TO: a file of the prefix; link TO NAME: a symbolic link.
put() {
    install -D -m "$1" "$2" "$root/$3"
    printf '%s\n' "$3" >>"$scratch/installed"
}
link() {
    ln -sfn "$1" "$root/$2"
    printf '%s\n' "$2" >>"$scratch/installed"
}
# fill FROM TO: with the words of this build in place of @WORDS@.
fill() {
    sed -e "s/@VERSION@/$version/g" -e "s/@LIBS_PRIVATE@/$libs_private/g" -e "s/@POINTER_BYTES@/$pointer_bytes/g" "$1" >"$scratch/filled"
    put 644 "$scratch/filled" "$2"
}
# unit FROM TO: a file of a service, which names programs and pages where they are installed.
unit() {
    sed -E "s#(=|file://)/usr/(bin|share)/#\1${services%/}/\2/#g" "$1" >"$scratch/filled"
    put 644 "$scratch/filled" "$2"
}

for header in sbm.h sbm.hpp sbm.pas; do put 644 "$top/include/$header" "include/$header"; done
install_library "$build" "$version"
fill "$packaging/sbm.pc.in" lib/pkgconfig/sbm.pc
put 644 "$packaging/cmake/SBMConfig.cmake" lib/cmake/SBM/SBMConfig.cmake
put 644 "$packaging/cmake/SBMTargets.cmake" lib/cmake/SBM/SBMTargets.cmake
fill "$packaging/cmake/SBMConfigVersion.cmake.in" lib/cmake/SBM/SBMConfigVersion.cmake

for program in $programs; do
    put 755 "$build/$program$program_suffix" "bin/$program$program_suffix"
    "${STRIP:-strip}" --strip-unneeded "$root/bin/$program$program_suffix"
done
place_pages

# The guide keeps a directory of its own: a prefix has one include/ for everybody.
put 644 "$top/include/README.md" share/doc/sbm/README.md
for text in CHANGELOG.md SECURITY.md LICENSE-MIT LICENSE-APACHE; do put 644 "$top/$text" "share/doc/sbm/$text"; done
put 644 "$top/docs/SPOOL.md" share/doc/sbm/SPOOL.md
put 644 "$top/docs/WINDOWS.md" share/doc/sbm/WINDOWS.md
put 644 "$top/docs/spool.schema.json" share/doc/sbm/spool.schema.json
while IFS= read -r example; do put 644 "$top/$example" "share/doc/sbm/$example"; done < <(
    cd "$top" && find examples -type f \( -name '*.[ch]' -o -name '*.cpp' -o -name '*.pas' \) | LC_ALL=C sort
)
[ -z "$programs" ] || put 644 "$top/docs/OPERATE.md" share/doc/sbm-server/OPERATE.md

printf '%s\n' "$list" >>"$scratch/installed"
LC_ALL=C sort -u "$scratch/installed" >"$scratch/list"
# What an older SBM put here and this one has not goes with it.
if [ -f "$root/$list" ]; then
    LC_ALL=C sort -u "$root/$list" >"$scratch/older"
    LC_ALL=C comm -23 "$scratch/older" "$scratch/list" >"$scratch/gone"
    take_away "$scratch/gone"
fi
install -D -m 644 "$scratch/list" "$root/$list"
