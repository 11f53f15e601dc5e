. "$TESTS/cli/lib.sh"
says 0 "no mistake" "$RENKEI" form check
says 0 "漏えい等報告書" "$RENKEI" form list
says 0 '"schema":"renkei.form-list/1"' "$RENKEI" form list --json
says 0 "PV-24" "$RENKEI" form show PV
says 0 "RW 2025-10-01" "$RENKEI" form show RW --on=2026-01-05
says 2 "no version of the form is in force" "$RENKEI" form show RW --on=2025-09-30
# a mistake in a pack is named with file, row and column
cp -r "$TESTS/../forms" forms
sed -i 's/from: org_name }/from: org_nmae }/' forms/pv/fields.yaml
says 1 "pv/fields.yaml:48:" "$RENKEI" form check forms
says 1 "no such path" "$RENKEI" form check forms
finish
