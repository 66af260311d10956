#!/usr/bin/env bash
# Installs a build, takes it away again, packs it, and lets those who would link it do so from the archive alone.
#
#   tests/installed.sh BUILD TARGET              BUILD: cargo's directory, such as target/debug
set -euo pipefail
build=$(realpath "$1") target=$2
tests=$(cd "$(dirname "$0")" && pwd)
packaging=$tests/../packaging
work=$(mktemp -d "${TMPDIR:-/tmp}/sbm-installed.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Whether two directories hold the same files is not for the reader to find out.
failed() {
    printf 'FAILED %s\n' "$*" >&2
    exit 1
}

# What somebody else installed stays, in the same directories too.
install -D /dev/null "$work/root/opt/sbm/include/other.h"
install -D /dev/null "$work/root/opt/sbm/lib/pkgconfig/other.pc"
(cd "$work/root" && find . | LC_ALL=C sort) >"$work/before"
DESTDIR=$work/root "$packaging/install.sh" "$build" "$target" /opt/sbm
[ "$(readlink "$work/root/opt/sbm/lib/libsbm.so")" = libsbm.so.0 ] || failed 'libsbm.so is not a link to the soname'
[ "$(readlink "$work/root/opt/sbm/lib/libsbm.so.0")" = "libsbm.so.$("$packaging/version.sh")" ] || failed 'the soname is not a link to the version'
[ ! -e "$work/root/opt/sbm/include/README.md" ] || failed 'a page of SBM is in the include directory of everybody'
grep -qx 'ExecStart=/opt/sbm/bin/sbm-server --config .*' "$work/root/opt/sbm/share/doc/sbm-server/systemd/sbm-server.service" ||
    failed 'the service starts a program that was installed elsewhere'
if grep /usr/ "$work/root/opt/sbm/share/doc/sbm-server/systemd"/*.service; then failed 'a service names what is not in the prefix'; fi
# An older SBM had a file that this one has not.
install -D /dev/null "$work/root/opt/sbm/share/sbm/old/page.txt"
echo share/sbm/old/page.txt >>"$work/root/opt/sbm/share/sbm/installed.txt"
# Twice is as good as once.
DESTDIR=$work/root "$packaging/install.sh" "$build" "$target" /opt/sbm
[ ! -e "$work/root/opt/sbm/share/sbm/old" ] || failed 'what an older SBM installed and this one has not is still there'
DESTDIR=$work/root "$packaging/uninstall.sh" /opt/sbm
(cd "$work/root" && find . | LC_ALL=C sort) | diff "$work/before" - || failed 'uninstalling leaves something, or takes too much'
if DESTDIR=$work/root "$packaging/uninstall.sh" /opt/sbm 2>/dev/null; then failed 'what is not installed cannot be taken away'; fi
if "$packaging/install.sh" "$build" "$target" relative 2>/dev/null; then failed 'a relative prefix is refused'; fi
echo 'installed and uninstalled'

archive=$("$packaging/archive.sh" "$build" "$target" "$work/out")
(cd "$work/out" && sha256sum --check --quiet SHA256SUMS)
"$tests/consumers.sh" "$archive"
"$tests/guide.sh" "$archive"
