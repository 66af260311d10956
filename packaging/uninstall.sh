#!/usr/bin/env bash
# Takes away what packaging/install.sh put into a prefix, and the directories that are empty then.
#
#   packaging/uninstall.sh PREFIX                DESTDIR: as for install.sh
set -euo pipefail
root=${DESTDIR:-}$1
list=$root/share/sbm/installed.txt
if [ ! -f "$list" ]; then
    echo "packaging: nothing of SBM is installed in $root: $list is missing" >&2
    exit 1
fi
mapfile -t files <"$list"
for file in "${files[@]}"; do rm -f "$root/$file"; done
for file in "${files[@]}"; do
    directory=${file%/*}
    while [ -n "$directory" ] && [ -d "$root/$directory" ] && rmdir "$root/$directory" 2>/dev/null; do
        case $directory in */*) directory=${directory%/*} ;; *) break ;; esac
    done
done
