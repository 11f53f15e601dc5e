. "$TESTS/cli/lib.sh"

says 0 "renkei 0." "$RENKEI" --version
says 0 "renkei help" "$RENKEI" --help
says 2 "say what to do" "$RENKEI"
says 2 "there is no such command" "$RENKEI" frobnicate
says 2 "there is no such option" "$RENKEI" help --frobnicate
says 2 "more arguments than" "$RENKEI" help help help
says 2 "this option needs a value" "$RENKEI" help help --man
says 2 "cannot open the file" "$RENKEI" help help --man=nothing-here
# what was typed is repeated only when it is a word: free text may hold a name
lacks "山田" "$RENKEI" "山田太郎"
# every common option stands in the help of every command
for o in data store now help version; do
	says 0 "--$o" "$RENKEI" help --help
done
# the completion is shell that bash can read
if command -v bash >/dev/null; then
	"$RENKEI" help --completion >completion
	says 0 "" bash -n completion
fi
finish
