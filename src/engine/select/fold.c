#include "engine/select/fold.h"

#include "base/utf8.h"
#include "engine/select/anchor.h"
#include "engine/select/chars.h"

#include "base/banned.h"

#define TEXT_MOST ((size_t)1 << 30)

struct folder {
	struct ctx *c;
	slice in;
	char *out;
	size_t n;                 /* bytes written */
	size_t flat;              /* input from here on is not yet copied */
	struct fold_mark *marks;
	size_t n_marks, cap_marks;
	enum ind_kind kind;
	bool quoted;              /* CSV: inside a quoted cell */
};

static rc put_mark(struct folder *f, size_t from, bool defang)
{
	const struct fold_mark *last = f->n_marks ? &f->marks[f->n_marks - 1] : NULL;

	if (last && last->at == f->n && last->from == from && last->defang == defang)
		return OK;   /* one full-width letter behind another */
	if (!f->marks || f->n_marks == f->cap_marks) {
		size_t cap = f->cap_marks ? f->cap_marks * 2 : 64;
		struct fold_mark *m = arena_grow(f->c->a, f->marks, f->cap_marks * sizeof *m, cap * sizeof *m);

		if (!m)
			return FAIL(f->c, E_LIMIT, "memory.limit");
		f->marks = m;
		f->cap_marks = cap;
	}
	f->marks[f->n_marks++] = (struct fold_mark){ (uint32_t)f->n, (uint32_t)from, defang };
	return OK;
}

static void flush(struct folder *f, size_t upto)
{
	if (upto > f->flat) {
		memcpy(f->out + f->n, f->in.p + f->flat, upto - f->flat);
		f->n += upto - f->flat;
	}
	f->flat = upto;
}

/* Input [at, at+len) becomes `with` (never longer than what it replaces). */
static rc replace(struct folder *f, size_t at, size_t len, slice with, bool defang)
{
	flush(f, at);
	TRY(put_mark(f, at, defang));
	memcpy(f->out + f->n, with.p, with.len);
	f->n += with.len;
	f->flat = at + len;
	return put_mark(f, at + len, defang);
}

static char out_last(const struct folder *f, size_t at)
{
	if (at > f->flat)
		return f->in.p[at - 1];
	return f->n ? f->out[f->n - 1] : '\n';
}

static char in_at(const struct folder *f, size_t at) { return at < f->in.len ? f->in.p[at] : '\n'; }

static int hex_value(char ch)
{
	if (is_digit(ch))
		return ch - '0';
	ch = lower(ch);
	return ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 : -1;
}

static bool json_unit(const struct folder *f, size_t at, uint32_t *ret)
{
	uint32_t v = 0;

	if (in_at(f, at) != '\\' || in_at(f, at + 1) != 'u')
		return false;
	for (size_t i = 2; i < 6; i++) {
		int d = hex_value(in_at(f, at + i));

		if (d < 0)
			return false;
		v = v * 16 + (uint32_t)d;
	}
	*ret = v;
	return true;
}

/* One character, an escape of JSON taken back, full-width ASCII folded; 0 at the end. */
static uint32_t peek(const struct folder *f, size_t *i)
{
	uint32_t cp;

	if (*i >= f->in.len)
		return 0;
	if (f->kind == IND_KIND_JSON && json_unit(f, *i, &cp))
		*i += 6;
	else if (!utf8_next(f->in, i, &cp))
		return 0xfffd;
	return cp >= 0xff01 && cp <= 0xff5e ? cp - 0xfee0 : cp;
}

static uint32_t closing(uint32_t open)
{
	switch (open) {
	case '[': return ']';
	case '(': return ')';
	case '{': return '}';
	case 0x3010: return 0x3011;   /* 【】 */
	default: return 0;
	}
}

static slice meaning(slice word)
{
	static const struct { const char *word, *is; } table[] = {
		{ ".", "." }, { "dot", "." }, { "d0t", "." }, { "ドット", "." }, { "。", "." }, { "punto", "." }, { "point", "." },
		{ "@", "@" }, { "at", "@" }, { "アット", "@" }, { "アットマーク", "@" },
		{ ":", ":" }, { "://", "://" }, { ":/", ":/" }, { "//", "//" }, { "/", "/" },
	};

	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
		if (same_word(word, table[i].word))
			return slice_of(table[i].is);
	return S_NONE;
}

/* May a word of that table begin so? Nearly all brackets hold something else. */
static bool begins_meaning(uint32_t cp)
{
	switch (cp) {
	case '.': case '@': case ':': case '/': case 'd': case 'D': case 'p': case 'P': case 'a': case 'A': return true;
	default: return cp == 0x30c9 || cp == 0x30a2 || cp == 0x3002;   /* ド, ア, 。 */
	}
}

/* "[.]", "( dot )", "｛．｝" … at `at`: what it stands for, and where it ends. S_NONE when it is something else. */
static slice bracketed(const struct folder *f, size_t at, size_t *ret_end)
{
	char word[24];
	size_t n = 0, i = at;
	uint32_t close = closing(peek(f, &i)), cp;

	if (!close)
		return S_NONE;
	while ((cp = peek(f, &i)) != 0 && cp != close) {
		char enc[4];
		size_t len = utf8_encode(cp, enc);

		if (cp == ' ' && n == 0)
			continue;
		if (n == 0 && !begins_meaning(cp))
			return S_NONE;
		if (len == 0 || n + len > sizeof word || cp == '\n')
			return S_NONE;
		memcpy(word + n, enc, len);
		n += len;
	}
	while (n && word[n - 1] == ' ')
		n--;
	*ret_end = i;
	return cp == close ? meaning((slice){ word, n }) : S_NONE;
}

static bool word_at(const struct folder *f, size_t at)
{
	uint32_t cp;
	bool cjk, escaped;

	if (is_alnum(in_at(f, at)))
		return true;
	if (char_letter_len(f->in, at, &cjk) > 0)
		return true;
	escaped = in_at(f, at) == '\\';
	cp = peek(f, &at);
	return cp < 128 ? is_alnum((char)cp) : escaped && cp >= 0x3041 && cp <= 0x9fff;
}

/* The word before input byte `at`, seen in the output: a letter, a digit, or a letter of another script. */
static bool word_before(const struct folder *f, size_t at)
{
	char ch = out_last(f, at);

	return is_alnum(ch) || is_class(ch, CH_HIGH);
}

static size_t skip_blanks(const struct folder *f, size_t at)
{
	size_t end = at + 4 < f->in.len ? at + 4 : f->in.len;

	while (at < end && f->in.p[at] == ' ')
		at++;
	return at;
}

/* "evil [dot] com": the blanks before go, too. */
static rc fold_spaced(struct folder *f, size_t at, size_t end, slice is)
{
	size_t from = at;

	while (from > f->flat && at - from < 4 && f->in.p[from - 1] == ' ')
		from--;
	if (from == at || from <= f->flat || !is_alnum(f->in.p[from - 1])) {
		/* What stood before was itself folded: take the blanks back from the output. */
		if (from == f->flat && f->n && is_alnum(f->out[f->n - 1]))
			return replace(f, from, end - from, is, true);
		return OK;
	}
	return replace(f, from, end - from, is, true);
}

/* Most brackets hold something else: a word that begins like none of the meanings. */
static bool begins_nothing(const struct folder *f, size_t at)
{
	char first = in_at(f, at);

	if (is_class(first, CH_HIGH))
		return ((uint8_t)first >= 0xe4 && (uint8_t)first <= 0xe9) || ((uint8_t)first == 0xe3 && (uint8_t)in_at(f, at + 1) == 0x81);
	return (is_alnum(first) && !strchr("dDaApP", first)) || first == '"' || first == '-' || first == '\'' || first == '%';
}

static rc fold_bracket(struct folder *f, size_t at)
{
	size_t end, next;
	char before;
	slice is;

	if (begins_nothing(f, at + 1))
		return OK;
	is = bracketed(f, at, &end);
	before = out_last(f, at);

	if (is.len) {
		next = skip_blanks(f, end);
		if (is.p[0] == ':' || is.p[0] == '/') {
			if (is_alnum(before) || before == '*' || before == '_' || before == ':' || before == ']')
				return replace(f, at, end - at, is, true);
			return OK;
		}
		if ((word_before(f, at) || before == '*') && word_at(f, end))
			return replace(f, at, end - at, is, true);
		if (before == ' ' && next > end && word_at(f, next))
			return fold_spaced(f, at, next, is);
		/* "evil [.]com" and "evil[.] com" */
		if (before == ' ' && word_at(f, end) && end - at == 3)
			return fold_spaced(f, at, end, is);
		return OK;
	}
	/* Half a bracket: "evil[.com" */
	if (word_before(f, at) && in_at(f, at + 1) == '.' && word_at(f, at + 2) && in_at(f, at) != '{')
		return replace(f, at, 2, S("."), true);
	return OK;
}

static rc fold_half(struct folder *f, size_t at)
{
	/* "evil.]com" */
	if (at >= 2 && f->in.p[at - 1] == '.' && f->flat < at && word_before(f, at - 1) && word_at(f, at + 1) &&
			in_at(f, at + 1) != '(')
		return replace(f, at, 1, S(""), true);
	return OK;
}

/* Is the token before `at` a path, so that "\." is no defanging? */
static bool in_path(const struct folder *f, size_t at)
{
	for (size_t n = 0; n < 80 && at > 0; n++) {
		char ch = f->in.p[--at];

		if (ch == '\\' && in_at(f, at + 1) != '.')
			return true;
		if (ch == '%')
			return true;
		if (is_space(ch) || ch == '"' || ch == '`' || ch == '\'')
			return false;
	}
	return false;
}

static rc fold_hex_escapes(struct folder *f, size_t at)
{
	char bytes[4096];
	size_t n = 0, i = at;

	while (n < sizeof bytes && in_at(f, i) == '\\' && lower(in_at(f, i + 1)) == 'x' && hex_value(in_at(f, i + 2)) >= 0 &&
			hex_value(in_at(f, i + 3)) >= 0) {
		bytes[n++] = (char)(hex_value(f->in.p[i + 2]) * 16 + hex_value(f->in.p[i + 3]));
		i += 4;
	}
	if (n < 4)
		return OK;
	for (size_t k = 0; k < n; k++)
		if ((uint8_t)bytes[k] < 0x20 || (uint8_t)bytes[k] > 0x7e)
			return OK;
	return replace(f, at, i - at, (slice){ bytes, n }, false);
}

/* Characters that nobody sees, and that hide an indicator. */
static bool is_invisible(uint32_t cp)
{
	return (cp >= 0x200b && cp <= 0x200d) || cp == 0x2060 || cp == 0xfeff || cp == 0xad;
}

static rc fold_json_escape(struct folder *f, size_t at)
{
	char enc[4];
	uint32_t cp, low;
	size_t used = 6, len, end;

	switch (in_at(f, at + 1)) {
	case '"': case '\\': case '/': {
		char ch = f->in.p[at + 1];

		return replace(f, at, 2, (slice){ &ch, 1 }, false);
	}
	case 'n': case 'r': return replace(f, at, 2, S("\n"), false);
	case 't': return replace(f, at, 2, S("\t"), false);
	case 'b': case 'f': return replace(f, at, 2, S(" "), false);
	case 'u': break;
	default: return OK;
	}
	if (!json_unit(f, at, &cp))
		return OK;
	if (cp >= 0xd800 && cp < 0xdc00 && json_unit(f, at + 6, &low) && low >= 0xdc00 && low < 0xe000) {
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
		used = 12;
	}
	if (is_invisible(cp))
		return replace(f, at, used, S(""), false);
	if (cp == 0xff3b || cp == 0xff08 || cp == 0xff5b || cp == 0x3010) {
		slice is = bracketed(f, at, &end);

		if (is.len && word_before(f, at) && word_at(f, end))
			return replace(f, at, end - at, is, true);
	}
	if (cp >= 0xff01 && cp <= 0xff5e && cp != 0xff08 && cp != 0xff09)
		cp -= 0xfee0;
	if (cp == 0x3002 && word_before(f, at) && is_alnum(out_last(f, at)) && is_alnum(in_at(f, at + 6)))
		cp = '.';
	len = utf8_encode(cp, enc);
	return len ? replace(f, at, used, (slice){ enc, len }, false) : OK;
}

static rc fold_backslash(struct folder *f, size_t at)
{
	char next = in_at(f, at + 1);

	/* "http:\\/\\/evil.example": JSON as a text within JSON, as logs carry messages. */
	if (next == '\\' && in_at(f, at + 2) == '/')
		return replace(f, at, 3, S("/"), false);
	if (f->kind == IND_KIND_JSON && next == '\\' && in_at(f, at + 2) == '.' && word_before(f, at) && word_at(f, at + 3) && !in_path(f, at))
		return replace(f, at, 3, S("."), true);
	/* A dot is never escaped in JSON: who writes it there, defangs. */
	if (f->kind == IND_KIND_JSON && next != 'x' && next != '.')
		return fold_json_escape(f, at);
	if (next == '/')
		return replace(f, at, 2, S("/"), false);
	if (lower(next) == 'x')
		return fold_hex_escapes(f, at);
	if (next == '.' && word_before(f, at) && word_at(f, at + 2) && !in_path(f, at))
		return replace(f, at, 2, S("."), true);
	return OK;
}

static rc fold_entity(struct folder *f, size_t at)
{
	static const struct { const char *name, *is; } table[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&apos;", "'" }, { "&nbsp;", " " },
		{ "&period;", "." }, { "&colon;", ":" }, { "&sol;", "/" }, { "&commat;", "@" }, { "&lbrack;", "[" },
		{ "&rbrack;", "]" }, { "&lowbar;", "_" }, { "&bsol;", "\\" }, { "&shy;", "" }, { "&percnt;", "%" },
	};
	uint32_t cp = 0;
	size_t i = at + 2;
	bool hex = lower(in_at(f, i)) == 'x';
	char enc[4];

	for (size_t k = 0; k < sizeof table / sizeof table[0]; k++)
		if (begins(f->in, at, table[k].name))
			return replace(f, at, strlen(table[k].name), slice_of(table[k].is), false);
	if (in_at(f, at + 1) != '#')
		return OK;
	for (i += hex; i < at + 10 && in_at(f, i) != ';'; i++) {
		int d = hex_value(in_at(f, i));

		if (d < 0 || (!hex && d > 9))
			return OK;
		cp = cp * (hex ? 16 : 10) + (uint32_t)d;
	}
	if (in_at(f, i) != ';' || cp < 0x20 || utf8_encode(cp, enc) == 0)
		return OK;
	if (is_invisible(cp))
		return replace(f, at, i + 1 - at, S(""), false);
	return replace(f, at, i + 1 - at, (slice){ enc, utf8_encode(cp, enc) }, false);
}

static bool is_wide_letter(const struct folder *f, size_t at)
{
	uint32_t cp;

	return at < f->in.len && (uint8_t)f->in.p[at] == 0xef && (cp = peek(f, &at)) < 128 && (is_alnum((char)cp) || cp == '/');
}

/* Full-width letters, digits and the signs that addresses are made of; brackets only as a part of a defanging. */
static rc fold_wide(struct folder *f, size_t at)
{
	uint8_t second = (uint8_t)f->in.p[at + 1], third = (uint8_t)in_at(f, at + 2);
	uint32_t cp = 0xff00u | (second & 3u) << 6 | (third & 63u);
	char ch = (char)(cp - 0xfee0);
	size_t brackets;

	if ((third & 0xc0) != 0x80 || cp < 0xff01 || cp > 0xff5e)
		return OK;
	if (ch == '[' || ch == '(' || ch == '{') {
		slice is = begins_nothing(f, at + 3) ? S_NONE : bracketed(f, at, &brackets);

		if (is.len && word_before(f, at) && word_at(f, brackets))
			return replace(f, at, brackets - at, is, true);
		return OK;
	}
	if (ch == '?' && is_wide_letter(f, at - 3) && is_wide_letter(f, at + 3))
		return replace(f, at, 3, S("?"), false);   /* of a link that is wide as a whole */
	if (ch == ')' || ch == ']' || ch == '}' || ch == ',' || ch == '!' || ch == '?' || ch == '<' || ch == '>' || ch == '"')
		return OK;
	return replace(f, at, 3, (slice){ &ch, 1 }, ch == '.' || ch == '@');
}

/* "193。187。123。79": an ideographic stop between letters or digits, when no plain dot does the work. */
static rc fold_stop(struct folder *f, size_t at)
{
	char ch = out_last(f, at);

	if (!is_alnum(ch) || !word_at(f, at + 3) || (uint8_t)in_at(f, at + 3) >= 0xe3)
		if (!is_alnum(ch) || (uint8_t)in_at(f, at + 3) != 0xef)
			return OK;
	for (size_t i = at, n = 0; i > 0 && n < 64; n++) {
		char b = f->in.p[--i];

		if (b == '.')
			return OK;
		if (!is_alnum(b) && b != '-' && b != '_')
			break;
	}
	for (size_t i = at + 3, n = 0; i < f->in.len && n < 64; n++, i++) {
		char b = f->in.p[i];

		if (b == '.' && is_alnum(in_at(f, i + 1)))
			return OK;
		if (!is_alnum(b) && b != '-' && b != '_')
			break;
	}
	return replace(f, at, 3, S("."), true);
}

/* In CSV a comma outside of quotes and the quotes themselves end a cell: no value goes over them. */
static rc fold_csv(struct folder *f, size_t at)
{
	char ch = f->in.p[at];

	if (ch == ',')
		return f->quoted ? OK : replace(f, at, 1, S("\t"), false);
	if (f->quoted && in_at(f, at + 1) == '"')
		return replace(f, at, 2, S("\""), false);
	if (f->quoted) {
		f->quoted = false;
		return replace(f, at, 1, S("\t"), false);
	}
	if (at == 0 || f->in.p[at - 1] == ',' || f->in.p[at - 1] == '\n') {
		f->quoted = true;
		return replace(f, at, 1, S("\t"), false);
	}
	return OK;
}

/* In HTML, tags that only change the looks do not part words. */
static rc fold_tag(struct folder *f, size_t at)
{
	static const char *const plain[] = {
		"<wbr>", "<wbr/>", "<b>", "</b>", "<i>", "</i>", "<em>", "</em>", "<u>", "</u>", "<strong>", "</strong>", "</span>",
		"<tt>", "</tt>", "<font>", "</font>", "<mark>", "</mark>",
	};
	size_t end = at;
	char first = lower(in_at(f, at + 1)), second = lower(in_at(f, at + 2));   /* nearly all tags are none of these */

	for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
		if (plain[i][1] == first && plain[i][2] == second && begins(f->in, at, plain[i]))
			return replace(f, at, strlen(plain[i]), S(""), false);
	if (!begins(f->in, at, "<span "))
		return OK;
	while (end < f->in.len && end - at < 256 && f->in.p[end] != '>')
		end++;
	return in_at(f, end) == '>' ? replace(f, at, end + 1 - at, S(""), false) : OK;
}

/* Zero-width characters and soft hyphens hide indicators; non-breaking and wide blanks are blanks. */
static rc fold_invisible(struct folder *f, size_t at)
{
	uint8_t b = (uint8_t)in_at(f, at + 1), d = (uint8_t)in_at(f, at + 2);

	if (b == 0x80 && d >= 0x8b && d <= 0x8d)
		return replace(f, at, 3, S(""), false);
	if (b == 0x81 && d == 0xa0)
		return replace(f, at, 3, S(""), false);
	if (b == 0x80 && d >= 0x80 && d <= 0x8a)
		return replace(f, at, 3, S(" "), false);
	return OK;
}

static rc fold_one(struct folder *f, size_t at)
{
	switch (f->in.p[at]) {
	case '[': case '(': case '{': return fold_bracket(f, at);
	case ']': case ')': case '}': return fold_half(f, at);
	case '\\': return fold_backslash(f, at);
	case '&': return fold_entity(f, at);
	case ',': case '"': return f->kind == IND_KIND_CSV ? fold_csv(f, at) : OK;
	case '<': return f->kind == IND_KIND_HTML ? fold_tag(f, at) : OK;
	case (char)0xe2: return fold_invisible(f, at);
	case (char)0xe3:
		if ((uint8_t)in_at(f, at + 1) != 0x80)
			return OK;
		if ((uint8_t)in_at(f, at + 2) == 0x82)
			return fold_stop(f, at);
		if ((uint8_t)in_at(f, at + 2) == 0x80)
			return replace(f, at, 3, S(" "), false);   /* ideographic blank */
		return (uint8_t)in_at(f, at + 2) == 0x90 ? fold_bracket(f, at) : OK;
	case (char)0xc2: return (uint8_t)in_at(f, at + 1) == 0xad ? replace(f, at, 2, S(""), false) : OK;   /* a soft hyphen */
	case (char)0xef:
		if ((uint8_t)in_at(f, at + 1) == 0xbb)   /* U+FEFF */
			return at ? replace(f, at, 3, S(""), false) : OK;
		return (uint8_t)in_at(f, at + 1) == 0xbc || (uint8_t)in_at(f, at + 1) == 0xbd ? fold_wide(f, at) : OK;
	default: return OK;
	}
}

#define FOLD_BLOCKS 16u   /* blocks whose bytes are looked for at a time */

/* The bytes of the blocks from `at` on that need a look; the first block and the last ones are looked at in a padded copy. Returns how many. */
static unsigned fold_look(const struct folder *f, fold_fn *find, unsigned kind, size_t at, uint64_t *ret)
{
	char edge[FOLD_BEFORE + ANCHOR_BLOCK + FOLD_BEHIND];
	size_t rest = f->in.len - at, most = ANCHOR_BLOCK + FOLD_BEHIND, before = at ? FOLD_BEFORE : 0, n;

	if (at && rest >= most) {
		n = (rest - FOLD_BEHIND) / ANCHOR_BLOCK;
		n = n < FOLD_BLOCKS ? n : FOLD_BLOCKS;
		find(f->in.p + at, (unsigned)n, kind, ret);
		return (unsigned)n;
	}
	memset(edge, '\n', sizeof edge);
	memcpy(edge + FOLD_BEFORE - before, f->in.p + at - before, before + (rest < most ? rest : most));
	find(edge + FOLD_BEFORE, 1, kind, ret);
	return 1;
}

static rc fold_blocks(struct folder *f, size_t at, const uint64_t *looks, unsigned n)
{
	for (unsigned k = 0; k < n; k++, at += ANCHOR_BLOCK)
		for (uint64_t m = looks[k]; m; m &= m - 1) {
			size_t i = at + (size_t)__builtin_ctzll(m);

			if (i >= f->flat || f->flat == 0)
				TRY(fold_one(f, i));
		}
	return OK;
}

rc fold_text(struct ctx *c, slice text, enum ind_kind kind, struct folded *ret)
{
	struct folder f = { .c = c, .in = text, .kind = kind };
	fold_fn *find = anchor_fold_best();
	unsigned signs = kind == IND_KIND_CSV ? FOLD_CSV : kind == IND_KIND_HTML ? FOLD_HTML : kind == IND_KIND_JSON ? FOLD_JSON : 0;

	if (text.len > TEXT_MOST)
		return FAIL(c, E_LIMIT, "text.limit");
	f.out = arena_bytes(c->a, text.len + ANCHOR_PAD + 1);
	if (!f.out)
		return FAIL(c, E_LIMIT, "memory.limit");
	*f.out++ = '\n';   /* a byte to look back at */
	for (size_t at = 0; at < text.len;) {
		uint64_t looks[FOLD_BLOCKS];
		unsigned n = fold_look(&f, find, signs, at, looks);

		TRY(fold_blocks(&f, at, looks, n));
		at += n * ANCHOR_BLOCK;
	}
	flush(&f, text.len);
	memset(f.out + f.n, '\n', ANCHOR_PAD);
	*ret = (struct folded){ .text = { f.out, f.n }, .marks = f.marks, .n = f.n_marks, .given = text.len };
	return OK;
}

#define STEPS_MOST 48u   /* marks of a row of a table, about */

static size_t mark_search(struct folded *f, size_t at)
{
	size_t lo = 0, hi = f->n, k = f->hint;

	for (unsigned step = 0; step < STEPS_MOST; step++, k++) {
		if (k > f->n || (k && f->marks[k - 1].at > at))
			break;
		if (k == f->n || f->marks[k].at > at) {
			f->hint = k;
			return k;
		}
	}
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->marks[mid].at <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	f->hint = lo;
	return lo;
}

/* Mostly the mark of the last look-up still is the one. */
static inline size_t mark_before(struct folded *f, size_t at)
{
	size_t k = f->hint;

	if ((k == 0 || f->marks[k - 1].at <= at) && (k == f->n || f->marks[k].at > at))
		return k;
	return mark_search(f, at);
}

size_t fold_origin(struct folded *f, size_t at)
{
	size_t k = mark_before(f, at);

	return k ? f->marks[k - 1].from + (at - f->marks[k - 1].at) : at;
}

bool fold_defanged(struct folded *f, size_t start, size_t end)
{
	for (size_t k = mark_before(f, start); k < f->n && f->marks[k].at < end; k++)
		if (f->marks[k].defang)
			return true;
	return false;
}
