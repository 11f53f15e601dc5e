#!/bin/sh
# renkei config, renkei doctor
. "$TESTS/cli/lib.sh"

"$RENKEI" config show >all.conf
says 0 "good" "$RENKEI" config check all.conf
says 0 '"usual":"127.0.0.1:8470"' "$RENKEI" config show --json
sed 's/^#\([a-z_]* = \)/\1/' all.conf >plain.conf
says 0 "good" "$RENKEI" config check plain.conf

bad() { printf '%b' "$1" >bad.conf; says "$3" "$2" "$RENKEI" config check bad.conf; }
bad '[serve]\nlisten = 127.0.0.1:1\nlistn = y\n' 'bad.conf:3:1: there is no such key in this section: listn' 2
bad '[serve]\nlisten = 1\n' 'bad.conf:2:1: an address to listen at is an IP address and a port' 2
bad 'listen = x\n' 'no such key' 2
bad '[serve]\nplain = maybe\n' 'none of those' 2
bad '[limits]\nbody = 1\n' 'outside its range' 2
bad '[limits]\nbody = 010\n' 'none of those' 2
bad '[limits]\nbody = 100\nbody = 100\n' 'stands there twice' 2
bad '[limits\nbody = 100\n' 'lines of' 2
bad '[tls]\ncertificate = /x\n' 'together' 2
bad '[tls]\ncertificate = x\n' 'begins with' 2
bad '[mail]\nhost = mail.example\n' 'no address to send from' 2
bad '[mail]\nhost = mail.example\nfrom = a@b.example\ntls = none\n' 'this machine only' 4
bad '[oidc]\nissuer = https://idp.example\nclient_id = a\n' 'an identity provider needs' 2
bad '[oidc]\nissuer = http://idp.example\nclient_id = a\nback = https://n.example/sign-in/back\n' 'an identity provider needs' 2
bad '[users]\nroles = all\n' 'none of those' 2

"$RENKEI" doctor --json >doctor.json
[ $? -le 1 ] || fails=$((fails + 1))
for name in kernel seccomp landlock users mlock random clock zone packs; do
	grep -q "\"check\":\"$name\",\"finding\":\"\(good\|weak\|bad\)\"" doctor.json || { echo "no $name"; fails=$((fails + 1)); }
done
mkdir node
chmod 777 node
says 1 "Others may write" "$RENKEI" doctor --store=node
finish
