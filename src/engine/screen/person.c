/*
 * Who looked at one person's record: for the person, who asks the organisation for it. The number is asked for, never
 * kept; of others nothing comes out, and who worked here is numbered unless names are wanted.
 */
#include "base/json.h"
#include "engine/screen/cp932.h"
#include "engine/screen/model.h"

#include "base/banned.h"

struct screen_person {
	uint64_t token;
	bool accounts;
	struct buf *out;
	struct map64 users;
	uint32_t nusers;
	uint64_t lines;
};

rc screen_person_new(struct ctx *c, const struct screen *s, slice number, bool accounts, struct buf *out,
	struct screen_person **ret)
{
	struct screen_person *p;

	number = slice_trim(number);
	if (number.len == 0 || number.len > 32)
		return FAIL(c, E_INVALID, "screen.no_number");
	TRY_NEW(c, p);
	p->token = screen_token_number(s, 'S', 0, number);
	p->accounts = accounts;
	p->out = out;
	*ret = p;
	return OK;
}

uint64_t screen_person_count(const struct screen_person *p) { return p->lines; }

static slice as_utf8(struct buf *b, const struct layout *l, const struct line *line, enum column col)
{
	if (!l->cp932 || (line->utf8 >> col & 1))
		return line->f[col];
	buf_reset(b);
	(void)cp932_put(b, line->f[col]);
	return buf_slice(b);
}

static const char *act_word(const struct screen *s, const struct layout *l, slice text)
{
	const struct word *found = l->map ? words_find(&l->map->acts, text) : NULL;

	found = found ? found : words_find(&s->words.acts, text);
	return screen_act_keys[found && found->value < ACTS ? found->value : 0];
}

static rc who(struct ctx *c, struct screen_person *p, const struct screen *s, struct json_out *o, slice user)
{
	uint32_t *at;

	if (p->accounts) {
		jo_kv_text(o, "account", user);
		return OK;
	}
	TRY(map64_put(c, &p->users, screen_token(s, 'n', 0, user), p->nusers + 1, &at));
	p->nusers = *at > p->nusers ? *at : p->nusers;
	jo_kv_int(o, "worker", *at);
	return OK;
}

static rc tell(struct ctx *c, struct screen_person *p, const struct screen *s, const struct layout *l,
	const struct line *line, struct buf *text)
{
	struct json_out o = json_out_on(p->out);
	slice time = line->f[COL_TS];
	wall ts;

	jo_object(&o);
	jo_kv_text(&o, "schema", S("renkei/screen-looked/1"));
	if (l->map ? log_time_any(time, l->map->shift, l->year, l->month, &ts) : log_time_parse(time, &ts)) {
		buf_reset(text);
		jday_put(text, day_of(ts));
		buf_putf(text, "T%02d:%02d:%02d+09:00", (int)(ts % DAY_SECONDS / 3600), (int)(ts % 3600 / 60), (int)(ts % 60));
		jo_kv_text(&o, "at", buf_slice(text));
	}
	jo_kv_text(&o, "system", as_utf8(text, l, line, COL_SYS));
	jo_kv_text(&o, "action", slice_of(act_word(s, l, as_utf8(text, l, line, COL_OP))));
	TRY(who(c, p, s, &o, as_utf8(text, l, line, COL_USER)));
	jo_kv_bool(&o, "case_number_given", slice_trim(line->f[COL_CASE]).len > 0 && !slice_is(line->f[COL_CASE], "-"));
	jo_kv_text(&o, "record", line->f[COL_ID]);
	jo_end_object(&o);
	buf_putc(p->out, '\n');
	p->lines++;
	return p->out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}

rc screen_person_lines(struct ctx *c, struct screen_person *p, const struct screen *s, const struct source *src, slice block)
{
	struct line line = { 0 };
	struct buf scratch, text;

	buf_init(&scratch, c->a, block.len * 2 + 4096);
	buf_init(&text, c->a, 65536);
	for (size_t at = 0; at < block.len; scratch.len = 0) {
		if (line_next(&src->layout, block, &at, &scratch, &line) != LINE_GOOD || line.f[COL_SUBJ].len == 0 ||
		    screen_token_number(s, 'S', 0, line.f[COL_SUBJ]) != p->token)
			continue;
		TRY(tell(c, p, s, &src->layout, &line, &text));
	}
	return OK;
}
