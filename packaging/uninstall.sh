#!/usr/bin/env bash
# Takes away what packaging/install.sh put into a prefix, and the directories that are empty then.
#
#   packaging/uninstall.sh PREFIX                DESTDIR: as for install.sh
set -euo pipefail
packaging=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=packaging/take_away.sh
. "$packaging/take_away.sh"
root=${DESTDIR:-}$1
list=$root/share/sbm/installed.txt
if [ ! -f "$list" ]; then
    echo "packaging: nothing of SBM is installed in $root: $list is missing" >&2
    exit 1
fi
take_away "$list"
