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

# days of an era, full width as well; a file that is a folder
says 0 'rule7_item3' "$RENKEI" law diff 令和６年３月３１日 R6.4.1
says 2 'lies after' "$RENKEI" law diff 2024-04-01 2024-03-31
says 0 'APPI26.FIN' "$RENKEI" law list --on=令和６年３月３１日
mkdir -p folder
says 2 'folder: ' "$RENKEI" assess folder
echo '{"id":"x","facts":{},"known_at":"2023-06-05T09:00+09:00"}' >known.jsonl
says 0 '"id":"x"' "$RENKEI" assess --as-of=令和５年６月８日 known.jsonl
says 2 'as-of' "$RENKEI" assess --as-of=令和元年４月３０日 known.jsonl
finish
