# shellcheck shell=sh
# Checks for the scripts beside this file.
fails=0

# says EXIT "WORDS" COMMAND …: the command ends with EXIT, and its output (both streams) has WORDS
says() {
	want_exit=$1 want=$2
	shift 2
	got=$("$@" 2>&1)
	got_exit=$?
	if [ "$got_exit" -ne "$want_exit" ]; then
		echo "exit $got_exit, want $want_exit: $*"
		printf '%s\n' "$got" | head -n 5
		fails=$((fails + 1))
	fi
	case $got in
	*"$want"*) ;;
	*)
		echo "no \"$want\" in the output of: $*"
		printf '%s\n' "$got" | head -n 5
		fails=$((fails + 1))
		;;
	esac
}

# lacks "WORDS" COMMAND …: the output (both streams) does not have WORDS
lacks() {
	not_wanted=$1
	shift
	got=$("$@" 2>&1)
	case $got in
	*"$not_wanted"*)
		echo "\"$not_wanted\" in the output of: $*"
		fails=$((fails + 1))
		;;
	esac
}

finish() {
	[ "$fails" -eq 0 ]
	exit
}
