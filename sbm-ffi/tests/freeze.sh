#!/usr/bin/env bash
# Freezes the interface as it stands: copies the header, the exports, the layouts and the C programs that go with them to
# sbm-ffi/tests/frozen/abi-N/, N being SBM_ABI. To be called once, before a release with a new SBM_ABI; never twice.
set -euo pipefail
cd "$(dirname "$0")"
abi=$(sed -n 's/^#define SBM_ABI \([0-9]*\)$/\1/p' ../../include/sbm.h)
frozen=frozen/abi-$abi
if [ -e "$frozen" ]; then
    echo "sbm-ffi/tests/$frozen is there: what is frozen is never changed; raise SBM_ABI" >&2
    exit 1
fi
mkdir -p "$frozen/server"
cp ../../include/sbm.h ../exports.txt golden/layout-64.txt golden/layout-32.txt "$frozen/"
# What each prints is known to abi/frozen.rs: `ok`, or the functions that it called.
for program in tour misuse worker cancel traps garbage garbage_connection garbage_host; do
    # One of these headers is newer than any library; that it is the next one will not stay true.
    sed 's/SBM_ABI + 1/1000000/' "c/$program.c" >"$frozen/$program.c"
done
cp c/*.h "$frozen/"
sed 's|#include "expect.h"|#include "../expect.h"|' c/managed.c >"$frozen/server/managed.c"
sed "s/when \`SBM_ABI\` was 2/when \`SBM_ABI\` was $abi/" frozen/abi-2/README.md >"$frozen/README.md"
echo "frozen: sbm-ffi/tests/$frozen"
