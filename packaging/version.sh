#!/usr/bin/env bash
# The version of the workspace, from its manifest.
set -euo pipefail
sed -n '/^\[workspace\.package\]/,/^\[/s/^version = "\(.*\)"$/\1/p' "$(dirname "$0")/../Cargo.toml" | grep .
