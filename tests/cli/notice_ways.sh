#!/bin/sh
# Notices on the command line: what lies ahead, a tick on a node without accounts, a confirmation and who may give it.
. "$TESTS/cli/lib.sh"
export RENKEI_STORE="$PWD/node" RENKEI_AS=op-7:lead
now=--now=2026-11-20T12:00+09:00
n() { "$RENKEI" notice "$@" $now; }

says 0 'EXERCISE' "$RENKEI" node init --name=city.example --exercise --now=2026-11-20T08:00+09:00
says 0 '2026-0001' "$RENKEI" case open --known-at=2026-11-20T09:00+09:00 org_type=private listed=true material_to_investors=true \
	cause=ransomware leak=suspected $now
says 0 '"step":"open-1"' n plan 2026-0001 --json
says 0 '令和8年11月21日 09:00' n plan 2026-0001
says 0 '0 件' n tick
says 0 'まだありません' n list 2026-0001
says 4 '' env RENKEI_AS=op-9:reader "$RENKEI" notice confirm 2026-0001 TSE402 $now
says 0 '引き受けた' n confirm 2026-0001 TSE402
says 0 '"seq":' n confirm 2026-0001 TSE402 --json
says 2 'その事案はありません' n list 2026-0009
says 2 '' n confirm 2026-0001 NONE
says 0 'The record holds' "$RENKEI" record verify
finish
