#!/bin/sh
# The browser tests, where node and Chromium are. usage: [WAY=together.mjs] run.sh RENKEI MAKE_TOWN [PICTURES]
set -eu
skip() {
	echo "SKIPPED: the browser tests did not run: $1" >&2
	exit 77
}
here=$(cd "$(dirname "$0")" && pwd)
command -v node >/dev/null || skip 'node is not installed'
command -v npm >/dev/null || skip 'npm is not installed'
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
	skip 'Chromium is not installed'
# one of the tests that run beside each other fetches, the others wait; npm writes the hidden list at its end
flock "$here" sh -c 'cd "$1" && { [ -f node_modules/.package-lock.json ] || npm ci --no-audit --no-fund --loglevel=error; }' - "$here" ||
	skip 'npm could not fetch what the tests need'
exec node "$here/${WAY:-way.mjs}" "$@"
