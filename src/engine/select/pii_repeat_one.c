/*
 * Surnames of one letter that were found and stand again by themselves: ・榊：, 案件は榊対応中, 榊は. pii_repeat.c looks for what
 * has two letters and more; one says so little that this is asked only where a text is read strictly.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

#define LETTERS_MOST 32u

struct ones { uint16_t letter[LETTERS_MOST]; uint32_t n; };

static void add(struct ones *l, uint16_t ch)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->letter[i] == ch)
			return;
	if (l->n < LETTERS_MOST)
		l->letter[l->n++] = ch;
}

/* 榊, 榊 梓埜, 榊梓埜: is the surname of the name that the unit is one letter? */
static bool has_one(const struct unit *u)
{
	if (!u_is(u, 0, PC_KANJI) || u->n > 8)
		return false;
	if (u->n == 1 || u->cp[1] == ' ')
		return strict_letter(u, 0);
	return u->n > 2 && PW_SURNAME(word_info(u->cp, 1)) >= 2 && !PW_SURNAME(word_info(u->cp, 2)) && PW_GIVEN(word_info(u->cp + 1, u->n - 1));
}

static void learn(struct unit *u, slice text, size_t n, struct ones *ret)
{
	const struct pii_work *w = u->w;

	ret->n = 0;
	for (size_t k = 0; k < n; k++) {
		if (w->spans[k].type != PII_NAME || w->spans[k].end - w->spans[k].start > 24)
			continue;
		unit_read(u, slice_sub(text, w->spans[k].start, w->spans[k].end - w->spans[k].start), w->spans[k].start);
		if (has_one(u))
			add(ret, u->cp[0]);
	}
}

static bool is_one(const struct ones *l, uint16_t ch)
{
	for (uint32_t i = 0; i < l->n; i++)
		if (l->letter[i] == ch)
			return true;
	return false;
}

/* Which are as often a side, a place or a part of something: only signs or 様 may be beside them. */
static bool is_weak(uint16_t ch) { return is_in(ch, u"東西南北上中下前後本元外内奥角表次今"); }

static bool stands_alone(const struct unit *u, uint32_t i)
{
	static const char16_t *const behind[] = { u"より", u"から", u"まで", u"対応", u"担当", u"宛", NULL };
	static const char16_t *const on_it[] = { u"対応中", u"担当", NULL };
	enum end_kind end = name_end_at(u, i + 1, u->n);
	bool weak = is_weak(u->cp[i]) && !words_at(u, i + 1, on_it);

	if (i && u_is(u, i - 1, PC_KANJI | PC_KATA | PC_ALPHA | PC_DIGIT))
		return false;
	if (i && u_is(u, i - 1, PC_HIRA) && (weak || !is_in(u->cp[i - 1], u"はがをのとへにもや")))
		return false;
	if (u_cp(u, i + 1) == u'→' || u_cp(u, i + 1) == ':')
		return true;
	return weak ? end >= END_CLEAN : end >= END_PARTICLE || words_at(u, i + 1, behind);
}

static rc look(struct unit *u, const struct ones *l, size_t n, size_t *known)
{
	struct pii_work *w = u->w;

	for (uint32_t i = 0; (i = u_next(u, i, PC_KANJI)) < u->n; i++) {
		size_t at = u->base + u->at[i];

		if (!is_one(l, u->cp[i]))
			continue;
		while (*known < n && w->spans[*known].end <= at)
			(*known)++;
		if ((*known < n && w->spans[*known].start <= at) || !stands_alone(u, i))
			continue;
		TRY(unit_span(u, i, i + 1, PII_NAME, PII_DOUBTFUL, "strict: stands here again"));
	}
	return OK;
}

rc repeats_of_one(struct unit *u, slice text)
{
	size_t n = u->w->n_spans, known = 0;
	struct ones l;
	slice rest = text, line;

	learn(u, text, n, &l);
	while (l.n && slice_next(&rest, '\n', &line)) {
		if (line.len >= UNIT_MOST)
			continue;
		unit_read(u, line, (size_t)(line.p - text.p));
		TRY(look(u, &l, n, &known));
	}
	return OK;
}
