#include "door/cli/counter.h"

#include "base/banned.h"

rc counter_open(struct ctx *c, const struct call *in, struct answer *a, unsigned needs, struct counter *ret)
{
	TRY(desk_open(c, in, a, (needs & ~COUNTER_KEYS) | DESK_PACKS, &ret->d));
	TRY(gate_load(c, in->app->data, &ret->g));
	TRY(thread_kinds_load(c, in->app->data, ret->g, &ret->kinds));
	if (needs & COUNTER_KEYS)
		TRY(exchange_keys_open(c, in->app->store, &ret->keys));
	ret->x = (struct exchange){ .n = ret->d.node, .g = ret->g, .kinds = &ret->kinds, .keys = &ret->keys, .terms = ret->d.terms };
	return OK;
}

rc counter_close(struct counter *k)
{
	exchange_keys_wipe(&k->keys);
	return desk_close(&k->d);
}

void counter_dropp(struct counter *k)
{
	exchange_keys_wipe(&k->keys);
	desk_dropp(&k->d);
}

rc counter_case(struct counter *k, const char *option, slice *ret_id)
{
	struct case_head h;

	*ret_id = S_NONE;
	if (!call_has(k->d.in, option))
		return OK;
	TRY(case_find(k->d.c, k->d.st, desk_option(&k->d, option), &h));
	*ret_id = h.id;
	return OK;
}

void counter_put_time(struct desk *d, msec t) { when_put_iso(&d->out, (struct when){ t, false }); }

void counter_put_mark(struct counter *k, slice tlp, slice purpose, slice onward, msec expires)
{
	static const char *const ja[ONWARDS] = { "第三者提供不可", "第三者提供は要同意", "第三者提供は同意済み", "第三者提供可" };
	static const char *const en[ONWARDS] = { "no onward sharing", "onward sharing: ask", "onward sharing granted", "onward sharing free" };
	int32_t p = gate_purpose_find(k->g, purpose);
	struct desk *d = &k->d;

	for (int i = 0; i < TLPS; i++)
		if (slice_is(tlp, tlp_words[i]))
			buf_putz(&d->out, tlp_labels[i]);
	if (p >= 0) {
		const struct gate_word *w = gate_purpose_at(k->g, (uint32_t)p);

		buf_putf(&d->out, "  %s%.*s", desk_say(d, "目的：", "for "), S_ARG(d->ja ? w->ja : w->en));
	}
	for (int i = 0; i < ONWARDS; i++)
		if (slice_is(onward, onward_words[i]))
			buf_putf(&d->out, "  %s", d->ja ? ja[i] : en[i]);
	if (expires > 0) {
		buf_putz(&d->out, desk_say(d, "  利用期限 ", "  until "));
		counter_put_time(d, expires);
	}
	buf_putc(&d->out, '\n');
}

rc counter_conditions(struct counter *k, slice node, slice kind, bool gives, msec at, struct words *ret)
{
	const struct thread_kind *t = thread_kind_find(&k->kinds, kind);
	struct partner p;
	rc r = partner_find(k->d.c, k->d.st, node, &p);

	*ret = (struct words){ 0 };
	if (r == E_NOTFOUND) {
		fault_clear(k->d.c);
		return OK;
	}
	TRY(r);
	return memo_conditions(k->d.c, k->d.st, p.id, t && t->memo.len ? t->memo : kind, gives, msec_jday(at), ret);
}

rc counter_put_conditions(struct counter *k, slice node, slice kind, bool gives, msec at)
{
	struct words w;

	TRY(counter_conditions(k, node, kind, gives, at, &w));
	for (size_t i = 0; i < w.n; i++) {
		int32_t x = gate_condition_find(k->g, w.v[i]);
		const struct gate_word *said = x < 0 ? NULL : gate_condition_at(k->g, (uint32_t)x);

		buf_putf(&k->d.out, "%s%.*s\n", desk_say(&k->d, "覚書による条件：", "condition of the memorandum: "),
		         S_ARG(!said ? w.v[i] : k->d.ja ? said->ja : said->en));
	}
	return OK;
}

static const char *effect_word(const struct desk *d, enum gate_effect e)
{
	static const char *const ja[GATE_EFFECTS] = { "渡す", "渡す（記録）", "加工して渡す", "渡さない" };
	static const char *const en[GATE_EFFECTS] = { "goes", "goes (noted)", "changed", "kept back" };

	return d->ja ? ja[e] : en[e];
}

void counter_put_preview(struct counter *k, const struct draft *d)
{
	const struct thread_kind *kind = thread_kind_find(&k->kinds, d->kind);
	struct desk *desk = &k->d;

	for (size_t i = 0; i < d->n; i++) {
		slice title = partner_title(desk->law, &d->previews[i].to, desk->today, desk->ja);

		buf_putf(&desk->out, "→ %.*s (%.*s)\n", S_ARG(title), S_ARG(d->previews[i].to.node));
		for (size_t f = 0; f < d->item.nfields; f++) {
			const struct gate_outcome *o = &d->previews[i].outcomes[f];
			struct gate_word rule = gate_rule(k->g, o->rule);
			slice cite, path = d->item.fields[f].path;
			int32_t at = kind ? thread_field_find(kind, path) : -1;
			slice name = at < 0 ? path : desk->ja ? kind->fields[at].ja : kind->fields[at].en;

			(void)gate_grant(k->g, o->grant, &cite);
			buf_putf(&desk->out, "    %s  %.*s", effect_word(desk, o->effect), S_ARG(name));
			if (rule.id.len > 0)
				buf_putf(&desk->out, "  [%.*s] %.*s", S_ARG(rule.id), S_ARG(desk->ja ? rule.ja : rule.en));
			else if (cite.len > 0)
				buf_putf(&desk->out, "  %.*s", S_ARG(cite));
			buf_putc(&desk->out, '\n');
		}
	}
}
