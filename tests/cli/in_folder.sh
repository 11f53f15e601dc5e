#!/bin/sh
# Runs a test script in an empty folder of its own and clears up after it.
set -u
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 2
sh "$1"
