#include "base/file.h"
#include "base/json.h"
#include "base/message.h"
#include "core/record/bundle.h"
#include "core/record/policy.h"
#include "core/record/secret.h"
#include "door/cli/cli_node.h"
#include "door/cli/commands.h"

#include "base/banned.h"

static void put_json(struct buf *b, const struct bundle_verdict *v)
{
	struct json_out j = json_out_on(b);

	jo_object(&j);
	jo_kv_text(&j, "schema", S("renkei.verify/1"));
	jo_kv_bool(&j, "good", v->good);
	jo_kv_int(&j, "entries", v->entries);
	jo_kv_int(&j, "from", v->from);
	jo_kv_int(&j, "upto", v->upto);
	jo_kv_int(&j, "blobs", v->blobs);
	jo_kv_int(&j, "shredded", v->shredded);
	jo_kv_int(&j, "opened", v->opened);
	jo_kv_int(&j, "witnesses", (int64_t)v->witnesses);
	jo_kv_text(&j, "key", v->log_key);
	jo_kv_bool(&j, "own_policy", v->own_policy);
	if (!v->good) {
		jo_kv_text(&j, "why", slice_of(v->key));
		if (v->first_bad >= 0)
			jo_kv_int(&j, "first_bad", v->first_bad);
		if (v->file.len)
			jo_kv_text(&j, "file", v->file);
	}
	jo_end_object(&j);
	buf_putc(b, '\n');
}

static void put_good(struct buf *b, const struct bundle_verdict *v, bool ja)
{
	buf_putf(b, ja ? "正しいです: 記録項目 %lld、封印された内容 %lld（廃棄済み %lld）、立会いの署名 %zu。\n"
	               : "It holds: %lld entries, %lld sealed payloads (%lld shredded), %zu cosignatures.\n",
	         (long long)v->entries, (long long)v->blobs, (long long)v->shredded, v->witnesses);
	if (v->opened)
		buf_putf(b, ja ? "お持ちの鍵で開けたもの: %lld\n" : "Opened with your key: %lld\n", (long long)v->opened);
	if (v->own_policy)
		buf_putf(b, ja ? "書き出し自体に入っていた鍵で確かめました。別の方法で受け取った鍵と同じか見比べてください:\n%" S_FMT "\n"
		               : "Checked with the key in the bundle itself. Compare it with the one you were given another way:\n%" S_FMT "\n",
		         S_ARG(v->log_key));
}

static void put_plain(struct buf *b, const struct bundle_verdict *v, bool ja)
{
	if (v->good) {
		put_good(b, v, ja);
		return;
	}
	buf_putz(b, ja ? "正しくありません" : "It does not hold");
	if (v->first_bad >= 0)
		buf_putf(b, ja ? "。最初の不正な項目は #%lld" : ", first at #%lld", (long long)v->first_bad);
	if (v->file.len)
		buf_putf(b, ja ? "（%" S_FMT "）" : " (%" S_FMT ")", S_ARG(v->file));
	buf_putf(b, ": %s\n", message_text(v->key, ja ? LANGUAGE_JA : LANGUAGE_EN));
}

/* Whom to believe: --policy=FILE, or --key=VKEY alone. */
static rc read_policy(struct ctx *c, const struct call *in, slice *ret)
{
	struct buf b;

	*ret = S_NONE;
	if (call_has(in, "policy"))
		return file_read(c, call_value(in, "policy"), POLICY_MOST, ret);
	if (!call_has(in, "key"))
		return OK;
	buf_init(&b, c->a, 4096);
	buf_putf(&b, "log %s\nquorum none\n", call_value(in, "key"));
	return buf_done(c, &b, ret);
}

static rc run_verify(struct ctx *c, const struct call *in, struct answer *out)
{
	struct bundle_open open = { .contents = call_value(in, "contents") };
	AUTO_SECRET sk = { 0 };
	struct bundle_verdict v;
	slice policy, text;
	struct buf b;
	bool ja;

	TRY(cli_japanese(c, in, &ja));
	TRY(read_policy(c, in, &policy));
	if (call_has(in, "open")) {
		TRY(secret_read(c, call_value(in, "open"), 32, &sk));
		open.sk = sk.p;
	}
	if (open.contents && !open.sk)
		return FAIL(c, E_INVALID, "auditor.need_key");
	TRY(bundle_verify(c, in->args[0], policy, &open, &v));
	buf_init(&b, c->a, 65536);
	if (call_has(in, "json"))
		put_json(&b, &v);
	else
		put_plain(&b, &v, ja);
	out->no = !v.good;
	TRY(buf_done(c, &b, &text));
	return out_write(c, text);
}

static const struct option_spec o_verify[] = {
	{ "key", "KEY", "The public key of the node, as it was given to you: no other is believed." },
	{ "policy", "FILE", "Whom to believe (C2SP tlog-policy): keys of nodes and witnesses, and how many must have signed." },
	{ "open", "FILE", "Your private key (renkei record auditor-key): opens the sealed payloads whose keys the bundle has for you." },
	{ "contents", "DIR", "With --open: write what was opened into this new folder, a file for each payload: <seq>-<number>." },
	{ "json", NULL, "Print one JSON object." },
	{ "lang", "ja|en", "Language of sentences (default: en)." },
	{ 0 },
};

const struct command cmd_verify[] = {
	{ "verify", NULL, "DIR", 1, 1, "Check an exported record with nothing but public keys", o_verify, run_verify },
	{ 0 },
};
