#include "base/json.h"
#include "base/parse.h"
#include "core/record/bundle.h"
#include "door/cli/desk.h"
#include "door/cli/record_cmds.h"

#include "base/banned.h"

rc run_record_export(struct ctx *c, const struct call *in, struct answer *out)
{
	struct bundle_ask q = { 0 };
	struct bundle_made made;
	AUTO_DESK d = { 0 };

	TRY(desk_open(c, in, out, DESK_ACTOR, &d));
	if (call_has(in, "from"))
		TRY(parse_i64(c, desk_option(&d, "from"), 0, INT64_MAX - 1, &q.from));
	if (call_has(in, "case")) {
		struct case_head h;

		TRY(case_find(c, d.st, desk_option(&d, "case"), &h));
		q.case_id = h.id;
	}
	q.bare = call_has(in, "bare");
	q.cosigned = call_has(in, "cosigned");
	q.actor = d.actor;
	TRY(bundle_export(c, d.node, in->args[0], &q, &made));
	if (d.json) {
		struct json_out o = json_out_on(&d.out);

		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.record.export/1"));
		jo_kv_int(&o, "from", made.from);
		jo_kv_int(&o, "upto", made.upto);
		jo_kv_int(&o, "entries", made.entries);
		jo_kv_int(&o, "blobs", made.blobs);
		jo_end_object(&o);
		buf_putc(&d.out, '\n');
		return desk_close(&d);
	}
	buf_putf(&d.out, d.ja ? "書き出しました: 記録項目 %lld（%lld から %lld の手前まで）、封印された内容 %lld。確かめるには: renkei verify %s\n" : "Exported %lld entries (of %lld up to before %lld) and %lld sealed payloads. To check them: renkei verify %s\n",
	         (long long)made.entries, (long long)made.from, (long long)made.upto, (long long)made.blobs, in->args[0]);
	return desk_close(&d);
}
