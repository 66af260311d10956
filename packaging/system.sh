# What a build target's files are called. Sourced; wants $target, a target triple of Rust's. The file of the system defines:
#   system           the name in the archive's name
#   program_suffix   behind a program's name
#   libs_private     what a static link needs besides
#   pointer_bytes    how wide its pointers are
#   programs         which go into bin/, if not all of them do
#   place_pages      puts what only that system reads: manual pages, a service's files
#   install_library BUILD VERSION   puts the shared and the static library into the prefix, by `put` and `link`
# shellcheck shell=bash
case $target in
    *-linux-gnu) . "$packaging/systems/linux-gnu.sh" ;;
    *-pc-windows-gnu) . "$packaging/systems/windows-gnu.sh" ;;
    *)
        echo "packaging: there is no packaging/systems file for \`$target\`" >&2
        exit 1
        ;;
esac
