# Windows 10, Server 2016 and later; built by MinGW, linked by anything.
# shellcheck shell=bash disable=SC2034
system=${target%%-*}-windows
program_suffix=.exe
# What Rust's standard library, the sockets and the certificate store of Windows need.
libs_private='-lws2_32 -luserenv -lntdll -lbcrypt -ladvapi32 -lcrypt32 -lsecur32 -lncrypt -lkernel32'
case $target in
    x86_64-*) pointer_bytes=8 tools=x86_64-w64-mingw32 machine=i386:x86-64 ;;
    i686-*) pointer_bytes=4 tools=i686-w64-mingw32 machine=i386 programs= ;;
esac
export STRIP=$tools-strip LD=$tools-ld OBJCOPY=$tools-objcopy AR=$tools-ar NM=$tools-nm

# The DLL where programs look for it, and what links against it: MinGW's import library, Microsoft's, and the definitions from
# which the tools of others make their own.
install_library() {
    local build=$1
    put 755 "$build/sbm.dll" bin/sbm.dll
    "$STRIP" --strip-unneeded "$root/bin/sbm.dll"
    {
        printf 'LIBRARY sbm.dll\nEXPORTS\n'
        sed 's/^/    /' "$packaging/../sbm-ffi/exports.txt"
    } >"$scratch/sbm.def"
    put 644 "$scratch/sbm.def" lib/sbm.def
    "$tools-dlltool" --input-def "$scratch/sbm.def" --dllname sbm.dll --output-lib "$scratch/libsbm.dll.a"
    put 644 "$scratch/libsbm.dll.a" lib/libsbm.dll.a
    llvm-dlltool -m "$machine" -d "$scratch/sbm.def" -D sbm.dll -l "$scratch/sbm.lib"
    put 644 "$scratch/sbm.lib" lib/sbm.lib
    rename_foreign "$build/libsbm.a" "$scratch/libsbm.a"
    put 644 "$scratch/libsbm.a" lib/libsbm.a
}

# The linkers of Windows make no one object of many, as static.sh does elsewhere. So the names that could meet a host's own,
# SQLite's and ring's, get others.
# Tools with another LLVM's plug-in have much to say of Rust's objects, and none of it matters.
rename_foreign() {
    cp "$1" "$scratch/whole.a"
    "$AR" t "$scratch/whole.a" 2>"$scratch/said" | grep '\.dwo$' | xargs -r "$AR" d "$scratch/whole.a" >>"$scratch/said" 2>&1
    "$NM" --extern-only --defined-only --format=posix "$scratch/whole.a" 2>>"$scratch/said" |
        awk '$1 ~ /^_?(sqlite3|ring_core)/ && !seen[$1]++ { print $1, "sbm_own_" $1 }' >"$scratch/renamed"
    [ -s "$scratch/renamed" ] || refuse "$1 has nothing of SQLite's or ring's to rename"
    "$OBJCOPY" --strip-debug --redefine-syms="$scratch/renamed" "$scratch/whole.a" "$2" >>"$scratch/said" 2>&1 ||
        refuse "$1 cannot be rewritten: $(tail -n 3 "$scratch/said")"
}

# Neither manual pages nor systemd are of use there.
place_pages() { :; }
