/* 廃棄証明書: when, who, what, how, and where it stands in the record. */
#include "base/base64.h"
#include "base/calendar.h"
#include "core/record/tree.h"
#include "work/disposal/certificate.h"
#include "work/disposal/disposal.h"

#include "base/banned.h"

struct source {
	struct node *n;
	const struct period *rule;        /* NULL: a rule that the pack has no more */
	const struct disposal *d;
	struct case_head h;
	struct hash hash;                 /* of the entry that says it is done */
	slice vkey;
};

static void put_day_time(struct buf *b, msec t)
{
	msec of_day = (t + JST_OFFSET) % DAY_MSEC;

	jday_put_era(b, msec_jday(t));
	buf_putf(b, " %d時%02d分", (int)(of_day / 3600000), (int)(of_day / 60000 % 60));
}

static rc put_who(struct ctx *c, const struct actor *a, msec at, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 1024);
	put_day_time(&b, at);
	buf_putf(&b, "　%s（%" S_FMT "）", role_name(a->role, true), S_ARG(a->id));
	return buf_done(c, &b, ret);
}

static rc put_what(struct ctx *c, const struct source *k, slice *ret)
{
	const struct disposal *d = k->d;
	struct buf b;

	buf_init(&b, c->a, 65536);
	buf_putf(&b, "事案 %" S_FMT " について封印されていた内容 %lld件（鍵 %zu個）", S_ARG(k->h.num), (long long)d->items, d->keys.n);
	for (size_t i = 0; i < d->keys.n; i++)
		buf_putf(&b, "\n%" S_FMT, S_ARG(d->keys.v[i]));
	return buf_done(c, &b, ret);
}

static rc put_rule(struct ctx *c, const struct source *k, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 8192);
	if (k->rule)
		buf_putf(&b, "%" S_FMT "\n%" S_FMT, S_ARG(k->rule->ja), S_ARG(k->rule->basis));
	else
		buf_put(&b, k->d->rule);
	return buf_done(c, &b, ret);
}

/* Auditors who were given one of the keys: what they hold is out of the node's hand. */
struct given { const struct disposal *d; struct buf *b; };

static rc put_given(struct ctx *c, const struct entry *e, void *p)
{
	const struct given *g = p;
	bool about = false;

	(void)c;
	for (size_t i = 0; i < e->keys.n; i++)
		for (size_t k = 0; k < g->d->keys.n; k++)
			about = about || slice_eq(e->keys.v[i], g->d->keys.v[k]);
	if (!about || e->to.n == 0)
		return OK;
	buf_putz(g->b, g->b->len ? "、" : "");
	buf_putf(g->b, "%" S_FMT "（#%lld）", S_ARG(e->to.v[0]), (long long)e->seq);
	return OK;
}

static rc put_auditors(struct ctx *c, const struct source *k, struct buf *b)
{
	struct entry_filter f = { .case_id = k->d->case_id, .act = S("export.keys"), .to = k->d->done_seq };
	struct given g = { k->d, b };

	return record_each(c, k->n, &f, put_given, &g);
}

static rc put_how(struct ctx *c, const struct source *k, slice *ret)
{
	const struct disposal *d = k->d;
	struct buf b, auditors;

	buf_init(&auditors, c->a, 4096);
	TRY(put_auditors(c, k, &auditors));

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "復元できない方法による消去: 内容を暗号化していた鍵を破棄し、残る鍵をすべて新しい鍵（第%lld期）で包み直したうえで、"
	         "それまでの鍵（第%lld期）を上書きして破棄しました。暗号文も記録の保存場所から消去しました。"
	         "鍵を失った写し（バックアップを含む）は読むことができません。", (long long)d->epoch[1], (long long)d->epoch[0]);
	if (auditors.len)
		buf_putf(&b, "\nただし、次の監査人には鍵を渡しています。手元の写しと鍵の廃棄を、別に確かめてください: %" S_FMT, S_ARG(buf_slice(&auditors)));
	return buf_done(c, &b, ret);
}

static rc put_place(struct ctx *c, const struct source *k, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 4096);
	buf_putf(&b, "伺い #%lld、承認 #%lld、命令 #%lld、実施 #%lld\n実施の項目のハッシュ（SHA-256、RFC 9162）: ", (long long)k->d->seq,
	         (long long)k->d->approve_seq, (long long)k->d->order_seq, (long long)k->d->done_seq);
	base64_put(&b, hash_slice(&k->hash));
	buf_putf(&b, "\n公開鍵: %" S_FMT "\n確かめるには: renkei record prove %lld", S_ARG(k->vkey), (long long)k->d->done_seq);
	return buf_done(c, &b, ret);
}

static rc put_when_done(struct ctx *c, const struct disposal *d, slice *ret)
{
	struct buf b;

	buf_init(&b, c->a, 256);
	put_day_time(&b, d->done);
	return buf_done(c, &b, ret);
}

static rc fill(struct ctx *c, const struct source *k, struct certificate *ret)
{
	static const char *const labels[CERTIFICATE_ROWS] = {
		"廃棄したもの", "保存期間と根拠", "廃棄の伺い", "承認", "命令", "廃棄した日時", "廃棄の方法", "記録",
	};
	const struct disposal *d = k->d;

	for (size_t i = 0; i < CERTIFICATE_ROWS; i++)
		ret->row[i].label = labels[i];
	TRY(put_what(c, k, &ret->row[0].text));
	TRY(put_rule(c, k, &ret->row[1].text));
	TRY(put_who(c, &d->proposer, d->proposed, &ret->row[2].text));
	TRY(put_who(c, &d->approver, d->approved, &ret->row[3].text));
	TRY(put_who(c, &d->orderer, d->ordered, &ret->row[4].text));
	TRY(put_when_done(c, d, &ret->row[5].text));
	TRY(put_how(c, k, &ret->row[6].text));
	return put_place(c, k, &ret->row[7].text);
}

rc disposal_certificate(struct ctx *c, struct node *n, const struct retention *r, const struct disposal *d, slice *ret_pdf)
{
	struct certificate paper = { .node = node_name(n), .done = d->done, .exercise = node_is_exercise(n) };
	struct source k = { .n = n, .d = d, .vkey = node_vkey(n) };
	AUTO_HASHER h = hasher_new();
	struct entry e;

	if (!h)
		return FAIL(c, E_NOMEM, "memory.limit");
	if (d->state != DISPOSAL_DONE)
		return FAIL(c, E_CONFLICT, "disposal.not_done");
	if (retention_find(c, r, d->rule, &k.rule) != OK)
		fault_clear(c);
	TRY(case_find(c, node_store(n), d->case_id, &k.h));
	TRY(record_get(c, n, d->done_seq, &e));
	hash_leaf(h, e.bytes, &k.hash);
	TRY(fill(c, &k, &paper));
	return certificate_make(c, &paper, ret_pdf);
}
