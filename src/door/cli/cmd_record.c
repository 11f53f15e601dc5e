#include "base/calendar.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/message.h"
#include "base/parse.h"
#include "core/record/backup.h"
#include "core/record/witness.h"
#include "door/cli/cli_node.h"
#include "door/cli/commands.h"
#include "door/cli/desk.h"
#include "door/cli/record_cmds.h"
#include "work/case/case.h"

#include "base/banned.h"

#define LINE_MOST ((size_t)1 << 20)

/* ---- verify ---- */

static void put_verdict_json(struct buf *b, struct node *n, const struct verdict *v)
{
	struct json_out j = json_out_on(b);

	jo_object(&j);
	jo_kv_text(&j, "schema", S("renkei.record.verify/1"));
	jo_kv_text(&j, "origin", node_origin(n));
	jo_kv_bool(&j, "exercise", node_is_exercise(n));
	jo_kv_bool(&j, "good", v->good);
	jo_kv_int(&j, "entries", v->entries);
	jo_kv_int(&j, "checkpoints", v->checkpoints);
	jo_kv_int(&j, "seals_open", v->seals_open);
	jo_kv_int(&j, "seals_gone", v->seals_gone);
	if (!v->good) {
		jo_kv_text(&j, "why", slice_of(v->key));
		if (v->first_bad >= 0)
			jo_kv_int(&j, "first_bad", v->first_bad);
		if (v->table)
			jo_kv_text(&j, "table", slice_of(v->table));
	}
	jo_end_object(&j);
	buf_putc(b, '\n');
}

static void put_verdict(struct buf *b, const struct verdict *v, bool hashes, bool japanese)
{
	const char *why = v->key ? message_text(v->key, japanese ? LANGUAGE_JA : LANGUAGE_EN) : "";

	if (v->good && hashes) {
		buf_putf(b, japanese ? "ハッシュと署名は正しいです: 項目 %lld、署名 %lld。封印と表は調べていません。\n"
		                     : "Hashes and signatures hold: %lld entries, %lld signed checkpoints; seals and tables were not looked at.\n",
		         (long long)v->entries, (long long)v->checkpoints);
		return;
	}
	if (v->good) {
		buf_putf(b, japanese ? "記録は正しいです: 項目 %lld、署名 %lld、封印 %lld(廃棄済み %lld)。表は項目と一致します。\n"
		                     : "The record holds: %lld entries, %lld signed checkpoints, %lld sealed payloads open and "
		                       "%lld shredded; the tables equal what the entries give.\n",
		         (long long)v->entries, (long long)v->checkpoints, (long long)v->seals_open, (long long)v->seals_gone);
		return;
	}
	buf_putz(b, japanese ? "記録は正しくありません" : "The record does not hold");
	if (v->first_bad >= 0 && !v->table)
		buf_putf(b, japanese ? "。最初の不正な項目は #%lld" : ", first at #%lld", (long long)v->first_bad);
	if (v->table)
		buf_putf(b, japanese ? "(表 %s)" : " (table %s)", v->table);
	buf_putf(b, ": %s\n", why);
}

static void tell_progress(void *p, int64_t done, int64_t all)
{
	(void)fprintf(p, "renkei: %lld of %lld entries\n", (long long)done, (long long)all);
}

/* Everything, or hashes and signatures only, with how far it came. */
static rc verify_as_asked(struct ctx *c, const struct call *in, struct node *n, struct verdict *v)
{
	struct verify_way way = { .tell = call_has(in, "progress") ? tell_progress : NULL, .p = stderr, .state = call_value(in, "resume") };

	if (!call_has(in, "hashes") && !way.state)
		return record_verify_told(c, n, &way, v);
	TRY(call_i64(c, in, "stop-after", 1, INT64_MAX, &way.stop_after));
	return record_verify_hashes(c, n, &way, v);
}

static rc run_verify(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_NODE n = NULL;
	struct verdict v;
	bool japanese;
	struct buf b;
	slice text;

	TRY(cli_japanese(c, in, &japanese));
	TRY(cli_node_inspect(c, in, &n));
	TRY(verify_as_asked(c, in, n, &v));
	buf_init(&b, c->a, 8192);
	if (call_has(in, "json"))
		put_verdict_json(&b, n, &v);
	else
		put_verdict(&b, &v, call_has(in, "hashes") || call_has(in, "resume"), japanese);
	out->no = !v.good;
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

/* ---- show ---- */

struct showing {
	struct node *n;
	struct buf line;
	bool json, japanese;
	int64_t from_msec, to_msec;
};

static rc show_one(struct ctx *c, const struct entry *e, void *p)
{
	struct showing *s = p;
	struct buf *b = &s->line;
	slice text;

	if (e->at < s->from_msec || e->at >= s->to_msec)
		return OK;
	buf_reset(b);
	if (s->json) {
		struct json_out j = json_out_on(b);

		jo_object(&j);
		jo_kv_text(&j, "schema", S("renkei.record.entry/1"));
		jo_kv_bool(&j, "exercise", node_is_exercise(s->n));
		jo_kv_int(&j, "seq", e->seq);
		jo_key(&j, S("text"));
		{
			struct buf sentence;

			buf_init(&sentence, b->a, LINE_MOST);
			TRY(entry_sentence(c, s->n, e, s->japanese, &sentence));
			jo_text(&j, buf_slice(&sentence));
		}
		jo_key(&j, S("entry"));
		jo_raw(&j, e->bytes);
		jo_end_object(&j);
	} else {
		if (node_is_exercise(s->n))
			buf_putz(b, s->japanese ? "[訓練] " : "[EXERCISE] ");
		buf_putf(b, "#%lld ", (long long)e->seq);
		msec_put(b, e->at);
		buf_putc(b, ' ');
		TRY(entry_sentence(c, s->n, e, s->japanese, b));
	}
	buf_putc(b, '\n');
	TRY(buf_done(c, b, &text));
	return out_write(c, text);
}

static rc read_filter(struct ctx *c, const struct call *in, struct entry_filter *f)
{
	const char *seq = call_arg(in, 0, NULL);

	f->case_id = slice_of(call_value(in, "case"));
	f->actor = slice_of(call_value(in, "actor"));
	f->obj = slice_of(call_value(in, "obj"));
	f->act = slice_of(call_value(in, "act"));
	if (!seq)
		return OK;
	TRY(parse_i64(c, slice_of(seq), 0, INT64_MAX - 1, &f->from));
	f->to = f->from + 1;
	return OK;
}

/* A case may be given by its number. Other ids under which an entry may stand, of an account say, are taken as they are. */
static rc named_case(struct ctx *c, struct node *n, struct entry_filter *f)
{
	struct case_head h;

	if (f->case_id.len == 0 || !(slice_starts(f->case_id, S("c-")) || (f->case_id.p[0] >= '0' && f->case_id.p[0] <= '9')))
		return OK;
	TRY(case_find(c, node_store(n), f->case_id, &h));
	f->case_id = h.id;
	return OK;
}

/* A day alone means its first moment for --since and its last for --until. */
static rc read_times(struct ctx *c, const struct call *in, struct showing *s)
{
	struct when w;

	s->to_msec = INT64_MAX;
	if (call_has(in, "since")) {
		TRY(when_parse(c, slice_of(call_value(in, "since")), &w));
		s->from_msec = w.at;
	}
	if (call_has(in, "until")) {
		TRY(when_parse(c, slice_of(call_value(in, "until")), &w));
		s->to_msec = w.day_only ? w.at + DAY_MSEC : w.at + 1;
	}
	return OK;
}

static rc run_show(struct ctx *c, const struct call *in, struct answer *out)
{
	struct showing s = { .json = call_has(in, "json") };
	struct entry_filter f = { 0 };
	AUTO_NODE n = NULL;

	TRY(cli_japanese(c, in, &s.japanese));
	TRY(read_filter(c, in, &f));
	TRY(read_times(c, in, &s));
	TRY(cli_node_inspect(c, in, &n));
	TRY(named_case(c, n, &f));
	s.n = n;
	buf_init(&s.line, c->a, LINE_MOST);
	if (f.to && f.from >= node_size(n)) {
		out->no = true;
		return FAIL(c, E_NOTFOUND, "record.no_entry");
	}
	return record_each(c, n, &f, show_one, &s);
}

/* ---- rebuild, checkpoint ---- */

static rc run_rebuild(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_NODE n = NULL;
	struct buf b;
	slice text;

	(void)out;
	TRY(cli_node_inspect(c, in, &n));
	TRY(record_rebuild(c, n));
	buf_init(&b, c->a, 256);
	buf_putf(&b, "rebuilt from %lld entries\n", (long long)node_size(n));
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static rc run_checkpoint(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_NODE n = NULL;
	slice note;

	(void)out;
	TRY(cli_node_open(c, in, true, &n));
	TRY(node_checkpoint(c, n, &note));
	return out_write(c, note);
}

static rc run_roll_key(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_NODE n = NULL;
	int64_t seq;
	struct buf b;
	slice text;

	(void)out;
	TRY(cli_node_open(c, in, true, &n));
	TRY(node_roll_key(c, n, &seq));
	buf_init(&b, c->a, 1024);
	buf_putf(&b, "Signed by another key since #%lld. Give this one to witnesses and partners:\n%" S_FMT "\n", (long long)seq, S_ARG(node_vkey(n)));
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

/* ---- proofs ---- */

static rc run_prove(struct ctx *c, const struct call *in, struct answer *out)
{
	AUTO_NODE n = NULL;
	struct entry e;
	int64_t seq;
	slice text;

	(void)out;
	TRY(parse_i64(c, slice_of(in->args[0]), 0, INT64_MAX - 1, &seq));
	TRY(cli_node_open(c, in, false, &n));
	if (call_has(in, "growth")) {
		TRY(record_prove_growth(c, n, (uint64_t)seq, &text));
		return out_write(c, text);
	}
	if (call_has(in, "entry")) {
		TRY(record_get(c, n, seq, &e));
		return out_write(c, e.bytes);
	}
	TRY(record_prove(c, n, seq, &text));
	return out_write(c, text);
}

static rc run_verify_proof(struct ctx *c, const struct call *in, struct answer *out)
{
	slice proof, entry, key;
	uint64_t from, to;
	int64_t seq;
	struct buf b;
	slice text;

	(void)out;
	if (!call_value(in, "key"))
		return FAIL(c, E_INVALID, "proof.need_key");
	key = slice_of(call_value(in, "key"));
	TRY(file_read(c, in->args[0], LIMIT_FILE_SMALL, &proof));
	TRY(file_read(c, in->args[1], LIMIT_FILE_SMALL, &entry));
	buf_init(&b, c->a, 256);
	if (slice_starts(proof, S("old "))) {
		TRY(growth_verify(c, proof, entry, key, &from, &to));
		buf_putf(&b, "The record of %llu entries goes on in the one of %llu.\n", (unsigned long long)from, (unsigned long long)to);
		TRY(buf_done(c, &b, &text));
		return out_write(c, text);
	}
	if (slice_ends(entry, S("\n")))
		entry.len--;   /* one entry is one line */
	TRY(proof_verify(c, proof, entry, key, &seq));
	buf_putf(&b, "The entry stands in the record at #%lld.\n", (long long)seq);
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

#define O_JSON { "json", NULL, "Print JSON, one object a line." }
#define O_LANG { "lang", "ja|en", "Language of sentences (default: en)." }

static const struct option_spec o_verify[] = {
	{ "hashes", NULL, "Only hashes and signatures: what takes long in a large record, in constant memory." },
	{ "progress", NULL, "Tell on standard error how far it came." },
	{ "resume", "FILE", "Like --hashes, and keep in FILE how far it came: the same call goes on from there." },
	{ "stop-after", "N", "With --resume: end after N entries; exit 3." },
	O_JSON, O_LANG, { 0 },
};

static const struct option_spec o_prove[] = {
	{ "entry", NULL, "Print the entry itself instead, exactly the bytes that the proof is about." },
	{ "growth", NULL, "SEQ is how many entries an older checkpoint has: prove that the record only grew since." },
	{ 0 },
};
static const struct option_spec o_proof[] = {
	{ "key", "KEY", "The node's public key as `renkei node show` prints it." },
	{ 0 },
};
static const struct option_spec o_show[] = {
	{ "case", "CASE", "Only entries of this case, by number or id." },
	{ "actor", "ID", "Only entries of this actor." },
	{ "obj", "ID", "Only entries that name this item." },
	{ "act", "WORD", "Only entries of this act, for example item.view." },
	{ "since", "TIME", "Only entries from this day or moment on." },
	{ "until", "TIME", "Only entries up to this day or moment." },
	O_JSON, O_LANG, { 0 },
};

static const struct option_spec o_export[] = {
	{ "from", "SEQ", "Begin at this entry (default: 0); what stands before it is given as hashes." },
	{ "case", "CASE", "The entries of this case only, each with its proof." },
	{ "bare", NULL, "Without sealed payloads." },
	{ "auditor", "KEY", "Give the keys of sealed payloads to this auditor: the public key that `renkei record auditor-key` printed there." },
	{ "open", "CASE,…", "With --auditor: the keys of these cases, or of one person (CASE.PERSON); without it those of --case." },
	{ "cosigned", NULL, "Up to the last checkpoint that a witness cosigned, not up to now." },
	DESK_OPTIONS, { 0 },
};
static const struct option_spec o_looks[] = {
	{ "person", "ID", "Only looks at what is sealed for this person." },
	{ "extract", NULL, "For the person concerned: without the names of staff." },
	DESK_OPTIONS, { 0 },
};
static const struct option_spec o_witness[] = { DESK_OPTIONS, { 0 } };

static const struct option_spec o_auditor[] = {
	{ "name", "NAME", "Who the auditor is, for example ppc-audit: letters, digits and . _ -" }, { 0 },
};

const struct command cmd_record[] = {
	{ "record", "auditor-key", "FILE", 1, 1, "Make a key pair for an auditor: the private key in FILE, the public one printed", o_auditor, run_record_auditor_key },
	{ "record", "checkpoint", "", 0, 0, "Sign and print a checkpoint of all entries", NULL, run_checkpoint },
	{ "record", "export", "DIR", 1, 1, "Write the record out for somebody who has only the public key", o_export, run_record_export },
	{ "record", "looks", "CASE", 1, 1, "Who looked at the sealed content of a case, and why", o_looks, run_record_looks },
	{ "record", "prove", "SEQ", 1, 1, "Print a proof that an entry stands in the signed record", o_prove, run_prove },
	{ "record", "rebuild", "", 0, 0, "Make all tables anew from the entries", NULL, run_rebuild },
	{ "record", "roll-key", "", 0, 0, "Replace the key that signs the record", NULL, run_roll_key },
	{ "record", "show", "[SEQ]", 0, 1, "Print entries as sentences", o_show, run_show },
	{ "record", "verify", "", 0, 0, "Check every hash, signature, seal and table", o_verify, run_verify },
	{ "record", "verify-proof", "PROOF ENTRY", 2, 2, "Check a proof with the public key alone; of growth against an older checkpoint", o_proof, run_verify_proof },
	{ "record", "witness", "ACTION [ARG [FILE]]", 1, 3, "Cosign the records of other nodes, and have this one cosigned", o_witness,
	  run_record_witness },
	{ 0 },
};
