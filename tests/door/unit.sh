#!/bin/sh
# The systemd units hold together, as far as systemd is here to say so.
# usage: unit.sh RENKEI ETC
set -eu
command -v systemd-analyze >/dev/null || exit 77
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
sed "s|/usr/bin/renkei|$1|" "$2/renkei.service" >"$dir/renkei.service"
cp "$2/renkei.socket" "$dir/"
said=$(systemd-analyze verify --man=no "$dir/renkei.service" 2>&1 | grep "$dir" || true)
[ -z "$said" ] || { printf '%s\n' "$said"; exit 1; }
grep -c '^u renkei-' "$2/renkei.sysusers" | grep -qx 7
# no looser than it is: what is left open is what the supervisor needs to give each process its own user (docs/operation.md)
if systemd-analyze security --help | grep -q -- --offline; then
	systemd-analyze security --offline=true --no-pager --threshold=29 "$dir/renkei.service" >"$dir/said" || { tail -1 "$dir/said"; exit 1; }
fi
