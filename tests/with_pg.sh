#!/bin/sh
# with_pg.sh PROGRAM [ARG …]: runs it with $RENKEI_PG naming a PostgreSQL server of its own, in a temporary folder, reachable
# by a unix socket only. Exit 77 (skipped) where PostgreSQL is not installed.
set -u
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] && [ -x "$bin/initdb" ] || { echo "PostgreSQL is not installed"; exit 77; }
dir=$(mktemp -d /tmp/renkei-pg.XXXXXX) || exit 2
as=
if [ "$(id -u)" = 0 ]; then
	user=postgres
	id "$user" >/dev/null 2>&1 || user=nobody
	chown "$user" "$dir"
	as="runuser -u $user --"
fi
end() {
	$as "$bin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
	rm -rf "$dir"
}
trap end EXIT
trap 'exit 2' INT TERM
chmod 711 "$dir"   # the processes of a node have users of their own
here=$PWD
cd "$dir" || exit 2
$as "$bin/initdb" -D "$dir/data" -A trust -U renkei -E UTF8 --locale=C.UTF-8 >"$dir/log" 2>&1 || { cat "$dir/log"; exit 2; }
$as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log.server" -w -o "-k $dir -c listen_addresses=''" start >/dev/null || { cat "$dir/log.server"; exit 2; }
cd "$here" || exit 2
RENKEI_PG="host=$dir user=renkei dbname=postgres" "$@"
