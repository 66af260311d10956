#!/usr/bin/env bash
# Packs a build as sbm-VERSION-SYSTEM.tar.gz, and says its SHA-256 in the file SHA256SUMS beside it. The same files make the
# same archive.
#
#   packaging/archive.sh BUILD TARGET [OUT]      OUT: where to; BUILD if missing
set -euo pipefail
packaging=$(cd "$(dirname "$0")" && pwd)
build=$1 target=$2 out=${3:-$1}
# shellcheck source=packaging/system.sh
. "$packaging/system.sh"
name=sbm-$("$packaging/version.sh")-$system
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-archive.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Where it is unpacked is not known: its services are those of a program of the system.
SERVICES=/usr DESTDIR=$work "$packaging/install.sh" "$build" "$target" "/$name"
# Whoever unpacks this looks into include/ first, and has that directory to himself.
install -m 644 "$packaging/../include/README.md" "$work/$name/include/README.md"
# An archive is unpacked where one likes and taken away with its directory.
rm -r "$work/$name/share/sbm"

mkdir -p "$out"
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$packaging" log -1 --format=%ct 2>/dev/null || stat -c %Y "$packaging/../Cargo.toml")}
tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rw,go+r,go-w --mtime="@$epoch" "$name" |
    gzip --no-name >"$out/$name.tar.gz"
touch "$out/SHA256SUMS"
(
    cd "$out"
    grep -v "  $name.tar.gz\$" SHA256SUMS >"$work/sums" || :
    sha256sum "$name.tar.gz" >>"$work/sums"
    LC_ALL=C sort -k 2 "$work/sums" >SHA256SUMS
)
printf '%s\n' "$out/$name.tar.gz"
