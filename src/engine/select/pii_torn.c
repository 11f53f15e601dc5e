/*
 * Values that are torn: by a scanner, which sets blanks between letters (H25年1 1月1日), and by a narrow sheet, which breaks the line
 * within them (090-1234-⏎5678). Only what stands under a label is put together again.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

#define TORN_MOST 80u
#define WRAP_MOST 400u     /* bytes of both lines */

/* A unit of its own with what stands in [v, limit) without single blanks; `at` says where each letter was. */
struct torn { struct unit u; uint16_t cp[TORN_MOST + 8], kind[TORN_MOST + 8]; uint32_t at[TORN_MOST + 1]; };

/* `apart`: digits on both sides of a blank stay apart. */
static void without_blanks(const struct unit *u, uint32_t v, uint32_t limit, bool apart, struct torn *t)
{
	uint32_t n = 0;

	t->u = (struct unit){ .c = u->c, .w = u->w, .cp = t->cp, .kind = t->kind, .at = t->at };
	for (uint32_t i = v; i < limit && n < TORN_MOST; i++) {
		bool blank = u->cp[i] == ' ';

		if (blank && i + 1 < limit && (u->cp[i + 1] == ' ' || u->cp[i + 1] == '\t'))
			break;
		if (blank && !(apart && i > v && u_is(u, i - 1, PC_DIGIT) && u_is(u, i + 1, PC_DIGIT)))
			continue;
		t->cp[n] = u->cp[i];
		t->kind[n] = u->kind[i];
		t->at[n++] = i;
	}
	memset(t->cp + n, 0, 8 * sizeof *t->cp);
	memset(t->kind + n, 0, 8 * sizeof *t->kind);
	t->u.n = n;
}

/* 住 所, フリ ガナ: a blank in a label tells of a scanner. */
static bool is_torn(const struct unit *u, const struct tag *tag)
{
	for (uint32_t i = tag->start; i < tag->end; i++)
		if (u->cp[i] == ' ')
			return !tag->cell;
	return false;
}

uint32_t torn_address(const struct unit *u, const struct tag *tag, uint32_t v)
{
	struct torn t;
	uint32_t end;

	/* 上野口町1 0番地21: there blanks part the digits of one number, too */
	without_blanks(u, v, tag->limit, !is_torn(u, tag), &t);
	end = address_blocked(&t.u, 0, t.u.n);
	return end ? t.at[end - 1] + 1 : 0;
}

uint32_t torn_date(const struct unit *u, uint32_t v, uint32_t limit)
{
	struct torn t;
	uint32_t end;

	without_blanks(u, v, limit, false, &t);
	end = date_read(&t.u, 0, t.u.n);
	return end ? t.at[end - 1] + 1 : 0;
}

#define WRAPPED (LX_TYPES & ~(LX(PII_EMAIL) | LX(PII_OTHER_ID) | LX(PII_NAME_KANA) | LX(PII_POSTAL) | LX(PII_PASSPORT) | LX(PII_RESIDENCE_CARD)))

/* The label whose value, or the beginning of it, ends the line; NULL when there is none. */
static const struct tag *open_label(const struct unit *u, uint32_t *ret_value)
{
	const struct tag *t = u->n_tags ? &u->tags[u->n_tags - 1] : NULL;
	enum gap gap;

	if (!t || t->cell || !(t->mask & WRAPPED) || t->limit < u->n)
		return NULL;
	*ret_value = label_gap(u, t->end, t->limit, &gap);
	return gap != GAP_NONE && *ret_value < u->n && u->n - *ret_value < TORN_MOST ? t : NULL;
}

/* Takes out the line end and the blanks behind it; where the second line begins, or 0. */
static uint32_t unit_join(struct unit *u)
{
	uint32_t i = 0, k;

	while (i < u->n && u->cp[i] != '\n' && u->cp[i] != '\r')
		i++;
	for (k = i; k < u->n && (u->cp[k] == '\n' || u->cp[k] == '\r' || u->cp[k] == ' '); k++)
		;
	if (k >= u->n)
		return 0;
	memmove(u->cp + i, u->cp + k, (u->n - k + 8) * sizeof *u->cp);
	memmove(u->kind + i, u->kind + k, (u->n - k + 8) * sizeof *u->kind);
	memmove(u->at + i, u->at + k, (u->n - k + 1) * sizeof *u->at);
	u->n -= k - i;
	return i;
}

/* 浅野⏎実: a surname that fills its line, and a given name that fills the next. */
static uint32_t wrapped_name(const struct unit *u, uint32_t v, uint32_t cut, uint32_t limit)
{
	if (limit < u->n || cut <= v || cut > v + 5 || limit > cut + 4 || !PW_SURNAME(word_info(u->cp + v, cut - v)))
		return 0;
	return PW_GIVEN(word_info(u->cp + cut, limit - cut)) ? limit : 0;
}

static uint32_t wrapped_value(const struct unit *u, const struct tag *t, uint32_t v, uint32_t cut, enum pii_type type)
{
	bool failed = false;
	uint32_t end;

	switch (type) {
	case PII_NAME: return wrapped_name(u, v, cut, t->limit);
	case PII_ADDRESS: return address_blocked(u, v, t->limit);
	case PII_PHONE: return phone_read(u, v, t->limit, true);
	case PII_BIRTH_DATE: return date_read(u, v, t->limit);
	case PII_MY_NUMBER: case PII_CARD: case PII_BANK_ACCOUNT: case PII_DRIVERS_LICENSE: case PII_PENSION: case PII_JUMINHYO:
	case PII_CARE_INSURANCE: case PII_HEALTH_INSURER: case PII_HEALTH_INSURED: case PII_EMPLOYMENT_INSURANCE:
		end = number_labelled(u, v, t->limit, type, &failed);
		return failed ? 0 : end;
	case PII_PASSPORT: case PII_RESIDENCE_CARD: case PII_POSTAL: case PII_NAME_KANA: case PII_EMAIL: case PII_OTHER_ID:
		return 0;
	}
	return 0;
}

/* Is a number, date or telephone number complete where it stands? */
static bool is_whole(const struct pii_work *w, size_t from)
{
	for (size_t k = w->n_spans; k > 0 && w->spans[k - 1].start >= from; k--) {
		const struct pii_span *s = &w->spans[k - 1];

		if (!s->check_failed && s->type != PII_ADDRESS && s->type != PII_NAME)
			return true;
	}
	return false;
}

/* 氏 名　若林　博 之: a label that is torn has a torn value; up to three letters more that end the line belong to it. */
uint32_t torn_name(const struct unit *u, const struct tag *tag, uint32_t v, uint32_t end)
{
	uint32_t letters = 0, last = end, k;

	if (!is_torn(u, tag) || lex_before(u, end, LX(LX_HONORIFIC)))
		return end;
	for (k = end; k < u->n && u->cp[k] != '\r'; k++) {
		if (u->cp[k] == ' ')
			continue;
		if (!u_is(u, k, PC_KANJI | PC_HIRA | PC_KATA) || is_in(u->cp[k], u"印男女様殿氏君歳才") || ++letters > 3)
			return end;
		last = k + 1;
	}
	return last - v <= 12 ? last : end;
}

/* 2　佐藤花子, 3. …: is what begins at i the next item of a list? */
static bool is_item(const struct unit *u, uint32_t i)
{
	uint32_t k = i;

	while (u_is(u, k, PC_DIGIT))
		k++;
	return k > i && k <= i + 2 && is_in(u_cp(u, k), u" .)、");
}

rc wrap_find(struct unit *u, slice text, size_t at, size_t end)
{
	uint32_t v, cut;
	const struct tag *t = end - at > WRAP_MOST ? NULL : open_label(u, &v);
	const char *nl = t ? memchr(text.p + end + 1, '\n', text.len - end - 1) : NULL;
	slice two = slice_sub(text, at, (nl ? (size_t)(nl - text.p) : text.len) - at);
	struct tag label;

	if (!t || two.len > WRAP_MOST || is_whole(u->w, u->base + u->at[v]))
		return OK;
	label = *t;
	unit_read(u, two, at);
	cut = unit_join(u);
	if (!cut || v >= cut || is_item(u, cut))
		return OK;
	TRY(labels_find(u));
	u->w->state->pending = 0;
	for (uint32_t k = 0; k < u->n_tags; k++)
		if (u->tags[k].start == label.start && !u->tags[k].cell)
			label = u->tags[k];
	for (uint32_t type = 0; type < PII_TYPES; type++) {
		uint32_t last = label.mask & LX(type) ? wrapped_value(u, &label, v, cut, (enum pii_type)type) : 0;

		if (last > cut)
			return unit_span(u, v, last, (enum pii_type)type, PII_LIKELY, "torn");
	}
	return OK;
}
