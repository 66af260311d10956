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

# Manual pages and completions, as the program itself tells them, and the server as a service of systemd.
place_pages() {
    local sbmctl page shell place file
    sbmctl=${SBMCTL:-$build/sbmctl}
    "$sbmctl" man "$scratch/man" >"$scratch/said"
    for page in "$scratch/man"/*.1; do put 644 "$page" "share/man/man1/${page##*/}"; done
    while read -r shell place; do
        "$sbmctl" completions "$shell" >"$scratch/$shell"
        put 644 "$scratch/$shell" "share/$place"
    done <<'PLACES'
bash bash-completion/completions/sbmctl
zsh zsh/site-functions/_sbmctl
fish fish/vendor_completions.d/sbmctl.fish
PLACES
    for file in "$packaging/systemd"/*; do unit "$file" "share/doc/sbm-server/systemd/${file##*/}"; done
}
