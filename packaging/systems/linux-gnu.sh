# Linux with glibc.
# shellcheck shell=bash disable=SC2034
system=${target%%-*}-linux-gnu
program_suffix=
libs_private='-lm -lpthread -ldl'
pointer_bytes=8

# The library under its full name, its soname as the loader asks for it, and the name that -lsbm asks for.
install_library() {
    local build=$1 version=$2 soname
    soname=$(readelf -dW "$build/libsbm.so" | sed -n 's/.*Library soname: \[\(.*\)\]/\1/p')
    [ "$soname" = libsbm.so.0 ] || refuse "$build/libsbm.so has the soname \`$soname\`, not libsbm.so.0"
    put 755 "$build/libsbm.so" "lib/libsbm.so.$version"
    "${STRIP:-strip}" --strip-unneeded "$root/lib/libsbm.so.$version"
    link "libsbm.so.$version" "lib/$soname"
    link "$soname" lib/libsbm.so
    "$packaging/static.sh" "$build/libsbm.a" "$scratch/libsbm.a" "$packaging/../sbm-ffi/exports.txt"
    put 644 "$scratch/libsbm.a" lib/libsbm.a
}
