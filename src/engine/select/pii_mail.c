/*
 * Mail addresses, and whose they are. The same form is a victim's secret and an attacker's indicator; what decides is
 * the domain (own, free mail, hostile, of Japanese organisations), the writing (nobody defangs a customer) and what
 * stands around it (a label, a column, the name of its owner; a word such as 攻撃者).
 */
#include "base/utf8.h"
#include "engine/select/pii_name.h"

#include "base/banned.h"

#define LOCAL_MOST 64u
#define DOMAIN_MOST 253u
#define NEAR 24u

static bool is_local(uint16_t ch)
{
	return (pii_class[ch] & (PC_ALPHA | PC_DIGIT)) || ch == '.' || ch == '_' || ch == '-' || ch == '+' ||
		ch == '%' || ch == '\'';
}

/* "[.]" "(.)" "{.}" "[dot]" "(dot)" "[.": the length of a written-out dot at i, 0 if there is none. */
static uint32_t odd_dot(const struct unit *u, uint32_t i)
{
	uint16_t open = u_cp(u, i);
	uint32_t k = i + 1;

	if (open == '\\' && u_cp(u, k) == '.')
		return 2;
	if (open != '[' && open != '(' && open != '{')
		return 0;
	if (u_cp(u, k) == '.')
		k++;
	else if (small_letter(u_cp(u, k)) == 'd' && small_letter(u_cp(u, k + 1)) == 'o' && small_letter(u_cp(u, k + 2)) == 't')
		k += 3;
	else
		return 0;
	return u_cp(u, k) == ']' || u_cp(u, k) == ')' || u_cp(u, k) == '}' ? k + 1 - i : k - i;
}

/* "@", "[@]", "(at)", "[at]": its length. */
static uint32_t at_sign(const struct unit *u, uint32_t i, bool *ret_odd)
{
	uint16_t open = u_cp(u, i);

	*ret_odd = open != '@';
	if (open == '@')
		return 1;
	if (open != '[' && open != '(' && open != '{')
		return 0;
	if (u_cp(u, i + 1) == '@')
		return 3;
	return small_letter(u_cp(u, i + 1)) == 'a' && small_letter(u_cp(u, i + 2)) == 't' &&
		(u_cp(u, i + 3) == ']' || u_cp(u, i + 3) == ')' || u_cp(u, i + 3) == '}') ? 4 : 0;
}

static uint32_t domain_end(const struct unit *u, uint32_t i, bool *odd)
{
	uint32_t k = i, last = i, dots = 0, label = 0;

	while (k < u->n && k - i < DOMAIN_MOST) {
		uint32_t dot = u->cp[k] == '.' ? 1 : odd_dot(u, k);

		if (u_alnum(u, k) || (u->cp[k] == '-' && label)) {
			label++;
			if (u->cp[k] != '-' && dots)
				last = k + 1;
			k++;
		} else if (dot && label && u_alnum(u, k + dot)) {
			*odd |= dot > 1;
			dots++;
			label = 0;
			k += dot;
		} else {
			break;
		}
	}
	return dots && label >= 2 && u_is(u, last - 1, PC_ALPHA | PC_DIGIT) ? last : 0;
}

static rc mail_add(struct unit *u, uint32_t start, uint32_t end, uint16_t near)
{
	struct pii_work *w = u->w;

	TRY(work_room(u->c, w, 0, 1));
	w->mail_near[w->n_mails] = near;
	w->mails[w->n_mails++] = (struct pii_mail){ .start = u->base + u->at[start],
		.end = u->base + u->at[end], .rule = "" };
	return OK;
}

/* The label or column that the address stands under: the last that begins before it. */
static uint16_t label_near(const struct unit *u, uint32_t start)
{
	uint32_t lo = 0, hi = u->n_tags;
	const struct tag *t;

	while (lo < hi) {
		uint32_t m = (lo + hi) / 2;

		if (u->tags[m].start <= start)
			lo = m + 1;
		else
			hi = m;
	}
	if (!lo)
		return 0;
	t = &u->tags[lo - 1];
	if (!(t->mask & LX(PII_EMAIL)))
		return 0;
	if (t->cell)
		return t->limit > start ? MAIL_COLUMN : 0;
	return t->end + 40 > start ? MAIL_LABEL : 0;
}

static uint16_t words_near(const struct unit *u, uint32_t start, uint32_t end)
{
	uint32_t from = start > NEAR ? start - NEAR : 0, to = end + NEAR < u->n ? end + NEAR : u->n;
	uint16_t near = (unit_among_japanese(u) ? MAIL_JA : 0) | (u->w->of_other_side ? MAIL_HOSTILE : 0);
	uint64_t mask;

	for (uint32_t i = from; i < to; i++) {
		if (i >= start && i < end)
			continue;
		if (i >= end && u->cp[i] == 0x3002)
			break;   /* the next sentence speaks of another address */
		if (lex_match(u, i, LX(LX_HOSTILE) | LX(LX_VICTIM), &mask) > 1 &&
			(u_is(u, i, PC_KANJI | PC_KATA) || i == 0 || !u_alnum(u, i - 1)))
			near |= (mask & LX(LX_HOSTILE)) ? MAIL_HOSTILE : MAIL_VICTIM;
	}
	return near;
}

/* 渡辺 凛 <…>: a name stands right before the bracket. */
static bool name_near(const struct unit *u, uint32_t start)
{
	uint32_t i = start, weight;

	if (i < 4 || u->cp[i - 1] != '<')
		return false;
	for (uint32_t k = i > 16 ? i - 16 : 0; k < i - 1; k++)
		if (u_is(u, k, PC_SURNAME) && name_at(u, k, i - 1, &weight))
			return true;
	return false;
}

/* …@hayate.co.jp（百目鬼与三郎）: who it is follows in brackets. */
static bool name_behind(const struct unit *u, uint32_t end)
{
	uint32_t k = u_cp(u, end) == ' ' ? end + 1 : end, from = k + 1, weight;
	uint64_t mask;

	if (u_cp(u, k) != '(' || !u_is(u, from, PC_KANJI))
		return false;
	if ((k = name_at(u, from, u->n, &weight)) > 0 && u_cp(u, k) == ')')
		return true;
	for (k = from; k < from + 8 && (u_is(u, k, PC_KANJI | PC_HIRA | PC_KATA) || u_cp(u, k) == ' '); k++)
		if (lex_match(u, k, LX(LX_NOTNAME) | LX(LX_HOSTILE) | LX_LABEL, &mask) > 1)
			return false;
	return k >= from + 3 && u_cp(u, k) == ')';
}

/* Message-ID: <…>, UID:… */
static bool line_is_id(const struct unit *u)
{
	static const char *const keys[] = { "message-id:", "in-reply-to:", "references:", "content-id:", "uid:" };

	for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++)
		if (u_says(u, 0, keys[k]))
			return true;
	return false;
}

static bool line_is_from(const struct unit *u)
{
	return u->n > 5 && u_says(u, 0, "from:");
}

/* …/verify?email=taro@example.jp: right behind a sign of a link's path or query. */
static bool is_in_link(const struct unit *u, uint32_t start)
{
	uint16_t ch = start ? u->cp[start - 1] : 0;
	uint32_t i = start;

	if (ch != '=' && ch != '#' && ch != '?' && ch != '/')
		return false;
	while (i > 2 && start - i < 200 && u->cp[i - 1] != ' ' && u->cp[i - 1] != '"') {
		i--;
		if (u->cp[i] == '/' && u->cp[i - 1] == '/')
			return start - i > 2;
	}
	return false;
}

/* 相手方　氏名不詳, and below it, farther in: メール …. A sheet of a consultation tells both sides one after the other. */
static void mails_side(struct unit *u)
{
	static const char16_t *const sides[] = { u"相手方", u"犯人", u"加害者", u"被疑者", u"攻撃者", u"不審者", NULL };

	if (u_cp(u, 0) != ' ')
		u->w->of_other_side = words_at(u, 0, sides) > 0;
}

rc mails_find(struct unit *u)
{
	if (u->w->thorough)
		mails_side(u);
	if (!unit_has(u, "@[({"))
		return OK;
	for (uint32_t i = u_next(u, 1, PC_SIGN); i < u->n; i = u_next(u, i + 1, PC_SIGN)) {
		bool odd = false;
		uint32_t sign = u->cp[i] == '@' || u->cp[i] == '[' || u->cp[i] == '(' ||
			u->cp[i] == '{' ? at_sign(u, i, &odd) : 0;
		uint32_t start = i, end;
		uint16_t near;

		if (!sign)
			continue;
		/* taro [at] example.jp */
		if (odd && sign == 4 && start > 1 && u->cp[start - 1] == ' ')
			start--;
		if (odd && sign == 4 && u_cp(u, i + sign) == ' ')
			sign++;
		while (start && i - start < LOCAL_MOST && (is_local(u->cp[start - 1]) ||
			(odd && start > 3 && u->cp[start - 1] == ']' && u->cp[start - 2] == '.')) && !u->claim[start - 1])
			start = start > 3 && u->cp[start - 1] == ']' && u->cp[start - 2] == '.' && u->cp[start - 3] == '[' ? start - 3 : start - 1;
		while (start < i && !u_alnum(u, start))
			start++;
		end = start < i ? domain_end(u, i + sign, &odd) : 0;
		if (!end)
			continue;
		near = words_near(u, start, end);
		near |= label_near(u, start);
		near |= (odd ? MAIL_DEFANGED : 0u) | (name_near(u,
			start) || name_behind(u, end) ? MAIL_NAME : 0u) | (line_is_id(u) ? MAIL_ID : 0u) | (line_is_from(u) ? MAIL_FROM : 0u) | (is_in_link(u, start) ? MAIL_QUERY : 0u);
		TRY(mail_add(u, start, end, near));
		u->w->state->seen_report |= odd;
		unit_close(u, start, end);
		i = end - 1;
	}
	return OK;
}

/* midori．f699: a full-width sign, of three bytes, that may stand before the sign @, which it is not itself. */
static bool is_wide_local(slice text, size_t i, size_t end)
{
	uint32_t cp;
	size_t k = i;

	return end - i > 3 && utf8_next(text, &k, &cp) && k == i + 3 && cp >= 0xFF01 && cp <= 0xFF5E && is_local(pii_fold[cp]);
}

/* The domain in small letters, defanged dots as dots; its length. */
static uint32_t domain_of(slice text, const struct pii_mail *m, uint16_t out[DOMAIN_MOST],
	uint32_t *ret_local)
{
	uint32_t n = 0;
	size_t i = m->start;

	while (i < m->end && text.p[i] != '@' && !((text.p[i] == '[' || text.p[i] == '(' || text.p[i] == '{') && text.p[i + 1] != '.') && text.p[i] != ' ' &&
		((unsigned char)text.p[i] < 0x80 || is_wide_local(text, i, m->end)) && !(text.p[i] == '%' && m->end - i > 3 && text.p[i + 1] == '4' && text.p[i + 2] == '0'))
		i += (unsigned char)text.p[i] < 0x80 ? 1 : 3;
	*ret_local = (uint32_t)(i - m->start);
	if (i < m->end && text.p[i] == '%')
		i += 3;
	for (; i < m->end && n < DOMAIN_MOST; i++) {
		unsigned char ch = (unsigned char)text.p[i];

		if ((ch == '[' || ch == '(' || ch == '{') && m->end - i > 4) {       /* [at], [dot] */
			bool dot = (text.p[i + 1] | 32) == 'd';

			if (dot || (text.p[i + 1] | 32) == 'a') {
				out[n] = '.';
				n += dot;
				i += dot ? 3 : 2;
				continue;
			}
		}
		if ((ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') ||
			ch == '.' || ch == '-')
			out[n++] = small_letter(ch);
		else if (ch >= 0xE0 && i + 2 < m->end) {                       /* full-width letters */
			uint32_t cp = (ch & 15u) << 12 | ((unsigned char)text.p[i + 1] & 63u) << 6 | ((unsigned char)text.p[i + 2] & 63u);

			if (pii_fold[cp & 0xFFFF] < 0x80 && pii_fold[cp & 0xFFFF] != '@')
				out[n++] = small_letter(pii_fold[cp & 0xFFFF]);
			i += 2;
		}
	}
	return n;
}

bool in_domains(const uint16_t *d, uint32_t n, const slice *list, size_t count)
{
	for (size_t k = 0; k < count; k++) {
		size_t len = list[k].len;
		bool same = len && len <= n && (len == n || d[n - len - 1] == '.');

		for (size_t i = 0; same && i < len; i++)
			same = (uint16_t)(unsigned char)list[k].p[i] == small_letter(d[n - len + i]);
		if (same)
			return true;
	}
	return false;
}

static bool ends_in(const uint16_t *d, uint32_t n, const char *tail)
{
	size_t len = strlen(tail);

	for (size_t i = 0; len <= n && i < len; i++)
		if (d[n - len + i] != (uint16_t)(unsigned char)tail[i])
			return false;
	return len < n;
}

static bool is_desk_local(slice text, const struct pii_mail *m, uint32_t local)
{
	uint16_t word[LOCAL_MOST];
	uint32_t n = 0;

	for (; n < local && n < LOCAL_MOST; n++)
		word[n] = small_letter((unsigned char)text.p[m->start + n]);
	return (word_info(word, n) & PW_DESK) != 0;
}

/* yamada.taro, t-yamada, taro_yamada01: a part is a Japanese surname or given name. */
static bool is_name_local(slice text, const struct pii_mail *m, uint32_t local)
{
	uint16_t word[LOCAL_MOST];
	uint32_t n = 0;

	for (uint32_t i = 0; i <= local; i++) {
		uint16_t ch = i < local ? small_letter((unsigned char)text.p[m->start + i]) : 0;

		if (ch >= 'a' && ch <= 'z' && n < LOCAL_MOST) {
			word[n++] = ch;
			continue;
		}
		if (n >= 3 && (word_info(word, n) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)))
			return true;
		for (uint32_t k = 3; k + 3 <= n; k++)
			if ((word_info(word, k) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)) &&
				(word_info(word + k, n - k) & (PW_SURNAME_ROMAJI | PW_GIVEN_ROMAJI)))
				return true;
		n = 0;
	}
	return false;
}

/* Where persons and their employers here have their addresses; .xyz, .icu and their like stand under a label as well. */
static bool is_usual_top(const uint16_t *d, uint32_t n)
{
	static const char *const tops[] = { ".jp", ".com", ".net", ".org", ".edu", ".gov", ".biz", ".co" };

	for (size_t k = 0; k < sizeof tops / sizeof tops[0]; k++)
		if (ends_in(d, n, tops[k]))
			return true;
	return false;
}

static enum pii_side side_of(const struct pii_work *w, const struct pii_mail *m, uint16_t near,
	const char **ret_rule)
{
	uint16_t d[DOMAIN_MOST];
	uint32_t local, n = domain_of(w->text, m, d, &local);
	const struct pii_hints *h = w->hints;
	bool japanese = ends_in(d, n, ".jp"), owner = near & (MAIL_COLUMN | MAIL_NAME | MAIL_VICTIM);
	bool desk = is_desk_local(w->text, m, local), free_mail = (word_info(d, n) & PW_FREE_MAIL) != 0;

	*ret_rule = "of a message";
	if ((near & MAIL_ID) && !is_name_local(w->text, m, local))
		return PII_SIDE_DESK;
	*ret_rule = "defanged";
	/* a report may defang the victims' addresses, too: 被害者の… */
	if ((near & MAIL_DEFANGED) && !((near & MAIL_VICTIM) && !(near & MAIL_HOSTILE) && (japanese || free_mail)))
		return PII_SIDE_ATTACKER;
	*ret_rule = "own domain";
	if (h && in_domains(d, n, h->own_domains, h->n_own_domains))
		return desk ? PII_SIDE_DESK : PII_SIDE_PERSON;
	*ret_rule = "hostile domain";
	if (h && in_domains(d, n, h->hostile_domains, h->n_hostile_domains))
		return PII_SIDE_ATTACKER;
	*ret_rule = "in a link";
	if ((near & MAIL_QUERY) && !desk)
		return PII_SIDE_PERSON;
	*ret_rule = "hostile words";
	if ((near & MAIL_HOSTILE) && !owner && !(near & MAIL_LABEL && japanese))
		return PII_SIDE_ATTACKER;
	*ret_rule = "function";
	if (desk)
		return japanese ? PII_SIDE_DESK : PII_SIDE_ATTACKER;
	*ret_rule = "foreign report";
	if (!japanese && !(h && h->ours) && !w->state->seen_japanese && !w->state->seen_person &&
		(w->state->seen_report || !(near & MAIL_LABEL)) &&
		!(near & MAIL_COLUMN && !w->state->seen_report))
		return PII_SIDE_ATTACKER;
	*ret_rule = "owner";
	if (owner)
		return PII_SIDE_PERSON;
	*ret_rule = "label";
	if ((near & MAIL_LABEL) && (is_usual_top(d, n) || is_name_local(w->text, m, local)) && (w->state->seen_person || japanese || free_mail || (near & MAIL_JA)))
		return PII_SIDE_PERSON;
	*ret_rule = "indicator report";
	if (w->state->seen_report && !japanese && !(near & MAIL_JA && free_mail))
		return PII_SIDE_ATTACKER;
	*ret_rule = "domain of a person";
	if (japanese || free_mail)
		return PII_SIDE_PERSON;
	*ret_rule = "name";
	if (is_name_local(w->text, m, local) && w->state->seen_person)
		return PII_SIDE_PERSON;
	*ret_rule = "no sign of a person";
	return PII_SIDE_ATTACKER;
}

rc mails_decide(struct ctx *c, struct pii_work *w, size_t first)
{
	for (size_t k = first; k < w->n_mails; k++) {
		struct pii_mail *m = &w->mails[k];
		enum pii_doubt doubt = w->mail_near[k] & (MAIL_LABEL | MAIL_COLUMN | MAIL_NAME) ? PII_CERTAIN : PII_LIKELY;

		m->side = side_of(w, m, w->mail_near[k], &m->rule);
		if (m->side != PII_SIDE_PERSON)
			continue;
		TRY(work_room(c, w, 1, 0));
		w->spans[w->n_spans++] = (struct pii_span){ .start = m->start, .end = m->end,
			.type = PII_EMAIL, .doubt = doubt, .rule = m->rule };
	}
	return OK;
}
