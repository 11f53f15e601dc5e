#include "base/json.h"
#include "base/parse.h"
#include "core/record/bundle.h"
#include "door/cli/desk.h"
#include "door/cli/record_cmds.h"

#include "base/banned.h"

#define SCOPE_MOST 256u

rc run_record_auditor_key(struct ctx *c, const struct call *in, struct answer *out)
{
	slice name = slice_of(call_value(in, "name")), key;
	struct buf b;

	(void)out;
	TRY(auditor_make(c, in->args[0], name, &key));
	buf_init(&b, c->a, 1024);
	buf_put(&b, key);
	buf_putc(&b, '\n');
	return out_write(c, buf_slice(&b));
}

/* Whose keys: "2026-0003" or "2026-0003.p-1", several with commas; without --open the case of the export. */
static rc read_scope(struct desk *d, struct bundle_ask *q)
{
	struct ctx *c = d->c;
	slice rest = desk_option(d, "open"), one;
	slice *units;
	size_t n = 0;

	TRY_ARRAY(c, units, SCOPE_MOST);
	if (rest.len == 0 && q->case_id.len)
		units[n++] = q->case_id;
	while (slice_next(&rest, ',', &one)) {
		size_t dot = slice_find(one, S("."), 0);
		struct case_head h;
		struct buf b;

		if (n == SCOPE_MOST)
			return FAIL(c, E_LIMIT, "auditor.scope");
		TRY(case_find(c, d->st, slice_sub(one, 0, dot), &h));
		buf_init(&b, c->a, 256);
		buf_put(&b, h.id);
		buf_put(&b, dot == SIZE_MAX ? S_NONE : slice_sub(one, dot, SIZE_MAX));
		TRY(buf_done(c, &b, &units[n++]));
	}
	q->units = units;
	q->nunits = n;
	return OK;
}

static rc read_auditor(struct desk *d, struct auditor *a, struct bundle_ask *q)
{
	if (!call_has(d->in, "auditor"))
		return call_has(d->in, "open") ? FAIL(d->c, E_INVALID, "auditor.none") : OK;
	TRY(auditor_parse(d->c, desk_option(d, "auditor"), a));
	q->auditor = a;
	return read_scope(d, q);
}

rc run_record_export(struct ctx *c, const struct call *in, struct answer *out)
{
	struct bundle_ask q = { 0 };
	struct auditor auditor;
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
	TRY(read_auditor(&d, &auditor, &q));
	TRY(bundle_export(c, d.node, in->args[0], &q, &made));
	if (d.json) {
		struct json_out o = json_out_on(&d.out);

		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.record.export/1"));
		jo_kv_int(&o, "from", made.from);
		jo_kv_int(&o, "upto", made.upto);
		jo_kv_int(&o, "entries", made.entries);
		jo_kv_int(&o, "blobs", made.blobs);
		jo_kv_int(&o, "keys", made.keys);
		jo_end_object(&o);
		buf_putc(&d.out, '\n');
		return desk_close(&d);
	}
	buf_putf(&d.out, d.ja ? "書き出しました: 記録項目 %lld（%lld から %lld の手前まで）、封印された内容 %lld。確かめるには: renkei verify %s\n" : "Exported %lld entries (of %lld up to before %lld) and %lld sealed payloads. To check them: renkei verify %s\n",
	         (long long)made.entries, (long long)made.from, (long long)made.upto, (long long)made.blobs, in->args[0]);
	if (q.auditor)
		buf_putf(&d.out, d.ja ? "監査人 %" S_FMT " に鍵を渡しました: %lld。以後、監査人はその内容を読めます（記録済み）。\n"
		                      : "Keys for the auditor %" S_FMT ": %lld. The auditor can read what they seal; the record says so.\n",
		         S_ARG(q.auditor->name), (long long)made.keys);
	return desk_close(&d);
}
