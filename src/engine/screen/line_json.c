/*
 * One flat JSON object a line, as loggers write it. Not base/json: that one is strict UTF-8 and builds a tree, and here
 * bytes may be CP932, in which a backslash can be the second byte of a character (ソ 表 能).
 */
#include "base/parse.h"
#include "base/utf8.h"
#include "engine/screen/cp932.h"
#include "engine/screen/line.h"
#include "engine/screen/text32.h"

#include "base/banned.h"

struct cursor { const char *p, *end; bool cp932; };

static void blanks(struct cursor *k)
{
	while (k->p < k->end && (*k->p == ' ' || *k->p == '\t'))
		k->p++;
}

static int hex4(const char *p)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		char ch = p[i];
		int d = ch >= '0' && ch <= '9' ? ch - '0' : ch >= 'a' && ch <= 'f' ? ch - 'a' + 10 :
			ch >= 'A' && ch <= 'F' ? ch - 'A' + 10 : -1;

		if (d < 0)
			return -1;
		v = v * 16 + d;
	}
	return v;
}

/* A \uXXXX escape, a pair of surrogates as one character; moves i behind it. */
static bool put_escape_u(slice raw, size_t *i, struct buf *out)
{
	char u[4];
	int hi, lo;
	uint32_t cp;

	if (raw.len - *i < 6 || (hi = hex4(raw.p + *i + 2)) < 0)
		return false;
	*i += 6;
	cp = (uint32_t)hi;
	if (hi >= 0xd800 && hi < 0xdc00 && raw.len - *i >= 6 && raw.p[*i] == '\\' && raw.p[*i + 1] == 'u') {
		lo = hex4(raw.p + *i + 2);
		if (lo < 0xdc00 || lo > 0xdfff)
			return false;
		cp = 0x10000u + (((uint32_t)hi - 0xd800u) << 10) + ((uint32_t)lo - 0xdc00u);
		*i += 6;
	}
	buf_put(out, (slice){ u, utf8_encode(cp, u) });
	return true;
}

/* The text of a string with escapes, as UTF-8 whatever the file is. */
static bool unescape(slice raw, bool cp932, struct buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	size_t i = 0, run;

	while (i < raw.len) {
		const char *at;

		if (raw.p[i] == '\\' && i + 1 < raw.len && raw.p[i + 1] == 'u') {
			if (!put_escape_u(raw, &i, out))
				return false;
			continue;
		}
		if (raw.p[i] == '\\') {
			if (i + 1 >= raw.len || !(at = strchr(from, raw.p[i + 1])) || !*at)
				return false;
			buf_putc(out, to[at - from]);
			i += 2;
			continue;
		}
		for (run = i; run < raw.len && raw.p[run] != '\\'; run++)
			if (cp932 && cp932_is_lead((unsigned char)raw.p[run]) && run + 1 < raw.len)
				run++;
		if (cp932)
			(void)cp932_put(out, (slice){ raw.p + i, run - i });
		else
			buf_put(out, (slice){ raw.p + i, run - i });
		i = run;
	}
	return !out->full;
}

/* The bytes between the quotes; *ret_escaped when there is a backslash among them. */
static bool string(struct cursor *k, slice *ret, bool *ret_escaped)
{
	const char *from = ++k->p;

	*ret_escaped = false;
	for (; k->p < k->end; k->p++) {
		unsigned char b = (unsigned char)*k->p;

		if (b == '"') {
			*ret = (slice){ from, (size_t)(k->p - from) };
			k->p++;
			return true;
		}
		if (b == '\\') {
			*ret_escaped = true;
			k->p++;
		} else if (b >= 0x80 && k->cp932 && cp932_is_lead(b)) {
			k->p++;
		}
	}
	return false;
}

/* A value that nobody asks for, nested ones included. */
static bool skip_value(struct cursor *k)
{
	int depth = 0;
	bool escaped;
	slice s;

	for (;;) {
		blanks(k);
		if (k->p >= k->end)
			return false;
		if (*k->p == '"') {
			if (!string(k, &s, &escaped))
				return false;
		} else if (*k->p == '{' || *k->p == '[') {
			depth++;
			k->p++;
		} else if (*k->p == '}' || *k->p == ']') {
			if (depth == 0)
				return true;
			depth--;
			k->p++;
		} else if ((*k->p == ',' || *k->p == ':') && depth > 0) {
			k->p++;
		} else if (*k->p == ',' || *k->p == ':') {
			return *k->p == ',';
		} else {
			while (k->p < k->end && !strchr(",:]}\" \t", *k->p))
				k->p++;
		}
		if (depth == 0)
			return true;
	}
}

static bool member_value(struct cursor *k, unsigned col, struct buf *scratch, struct line *out)
{
	size_t kept = scratch->len;
	bool escaped;
	slice v;

	if (k->p >= k->end)
		return false;
	if (*k->p == '"') {
		if (!string(k, &v, &escaped))
			return false;
		if (escaped && col != COL_NONE) {
			if (!unescape(v, k->cp932, scratch))
				return false;
			v = (slice){ scratch->p + kept, scratch->len - kept };
			out->utf8 |= 1u << col;
		}
	} else if (*k->p == '{' || *k->p == '[') {
		return skip_value(k);
	} else {
		const char *from = k->p;

		while (k->p < k->end && *k->p != ',' && *k->p != '}' && *k->p != ' ')
			k->p++;
		v = (slice){ from, (size_t)(k->p - from) };
		if (v.len == 0)
			return false;
		if (slice_is(v, "null"))
			v = S_NONE;
	}
	if (col != COL_NONE)
		out->f[col] = v;
	return true;
}

enum line_state line_json(const struct layout *l, slice text, struct buf *scratch, struct line *out)
{
	struct cursor k = { text.p, text.p + text.len, l->cp932 };
	size_t place = 0, members = 0;

	memset(out->f, 0, sizeof out->f);
	out->utf8 = 0;
	blanks(&k);
	if (k.p >= k.end || *k.p++ != '{')
		return LINE_DAMAGED;
	for (;;) {
		slice key;
		bool escaped;
		size_t tries;

		blanks(&k);
		if (k.p < k.end && *k.p == '}' && members == 0)
			break;
		if (k.p >= k.end || *k.p != '"' || !string(&k, &key, &escaped))
			return LINE_DAMAGED;
		blanks(&k);
		if (k.p >= k.end || *k.p++ != ':')
			return LINE_DAMAGED;
		blanks(&k);
		for (tries = 0; tries < l->nkeys && !slice_eq(l->keys[place].key, key); tries++)
			place = place + 1 < l->nkeys ? place + 1 : 0;
		if (!member_value(&k, tries < l->nkeys ? l->keys[place].col : COL_NONE, scratch, out))
			return LINE_DAMAGED;
		members++;
		blanks(&k);
		if (k.p < k.end && *k.p == ',') {
			k.p++;
			continue;
		}
		break;
	}
	if (k.p >= k.end || *k.p++ != '}')
		return LINE_DAMAGED;
	blanks(&k);
	return k.p == k.end ? LINE_GOOD : LINE_DAMAGED;
}

static size_t skip_blanks(const char *p, size_t i, size_t end)
{
	while (i < end && (p[i] == ' ' || p[i] == '\t'))
		i++;
	return i;
}

/* What the name means; mostly they come in the same order. */
static unsigned column_of_key(struct marked_lines *k, slice key)
{
	const struct layout *l = k->l;
	uint64_t word = key.len <= 8 ? word8(key) : 0;

	for (unsigned tries = 0; tries < l->nkeys; tries++) {
		unsigned place = k->place;
		bool same = l->keys[place].key.len == key.len && k->key_word[place] == word &&
			(key.len <= 8 || memcmp(l->keys[place].key.p, key.p, key.len) == 0);

		k->place = place + 1 < l->nkeys ? place + 1 : 0;
		if (same)
			return l->keys[place].col;
	}
	return COL_NONE;
}

/*
 * Without a backslash every quote is a border, and values lie between two of them. Anything else that is unusual goes
 * the careful way.
 */
bool json_marked(struct marked_lines *k, uint32_t last, struct line *out)
{
	const uint32_t *at = k->m.at;
	const char *p = k->block.p;
	size_t end = at[last], i = k->at;
	uint32_t m = k->mark;

	if (end > i && p[end - 1] == '\r')
		end--;
	memset(out->f, 0, sizeof out->f);
	out->utf8 = 0;
	k->place = 0;
	i = skip_blanks(p, i, end);
	if (i >= end || p[i++] != '{')
		return false;
	for (;;) {
		unsigned col;
		size_t from;

		i = skip_blanks(p, i, end);
		if (m + 1 >= last || at[m] != i || p[i] != '"' || p[at[m + 1]] != '"')
			return false;
		col = column_of_key(k, (slice){ p + i + 1, at[m + 1] - i - 1 });
		i = skip_blanks(p, at[m + 1] + 1, end);
		m += 2;
		if (i >= end || p[i] != ':')
			return false;
		i = skip_blanks(p, i + 1, end);
		if (i >= end)
			return false;
		if (p[i] == '"') {
			if (m + 1 >= last || at[m] != i || p[at[m + 1]] != '"')
				return false;
			out->f[col] = (slice){ p + i + 1, at[m + 1] - i - 1 };
			i = at[m + 1] + 1;
			m += 2;
		} else {
			for (from = i; i < end && p[i] != ',' && p[i] != '}' && p[i] != ' ' && p[i] != '{' && p[i] != '['; i++)
				;
			if (i == from || i >= end || p[i] == '{' || p[i] == '[')
				return false;
			out->f[col] = i - from == 4 && memcmp(p + from, "null", 4) == 0 ? S_NONE : (slice){ p + from, i - from };
		}
		i = skip_blanks(p, i, end);
		if (i < end && p[i] == ',') {
			i++;
			continue;
		}
		break;
	}
	return i < end && p[i] == '}' && skip_blanks(p, i + 1, end) == end && m == last;
}
