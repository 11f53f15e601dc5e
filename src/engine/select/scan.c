#include "engine/select/common.h"

#include "engine/select/lists.h"

#include "base/banned.h"

static const char *const type_words[IND_TYPES] = {
	"ipv4", "ipv6", "cidr", "domain", "url", "email", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "imphash", "ssdeep",
	"tlsh", "ja3", "ja3s", "ja4", "jarm", "cve", "attack", "btc", "eth", "xmr", "ltc", "trx", "registry", "file_path", "file_name", "mutex",
	"user_agent", "asn", "mac",
};

const char *ind_type_word(enum ind_type t) { return type_words[t]; }

#define NO_LINES { SIZE_MAX, SIZE_MAX, SIZE_MAX, SIZE_MAX }

size_t scan_line_start(const struct scan *s, size_t at)
{
	size_t from = at > LINE_MOST ? at - LINE_MOST : 0;
	struct lines_seen *seen = s->lines;
	const char *nl;

	if (s->bits && bits_have(s->bits, at) && at - s->bits->at >= BITS_SEEN) {
		uint64_t ends = bits_before(s->bits, ANCHOR_ENDS, at);

		if (ends)
			return at - (size_t)__builtin_clzll(ends);
	}
	if (at - seen->start <= seen->upto - seen->start)
		return from > seen->start ? from : seen->start;
	nl = at > from ? memrchr(s->t.p + from, '\n', at - from) : NULL;
	if (!nl && from)
		return from;
	seen->start = nl ? (size_t)(nl + 1 - s->t.p) : 0;
	seen->upto = at;
	return seen->start;
}

size_t scan_line_end(const struct scan *s, size_t at)
{
	size_t most = s->t.len - at < LINE_MOST ? s->t.len - at : LINE_MOST;
	struct lines_seen *seen = s->lines;
	const char *nl;

	if (s->bits && bits_have(s->bits, at)) {
		uint64_t ends = bits_from(s->bits, ANCHOR_ENDS, at);

		if (ends)
			return at + (size_t)__builtin_ctzll(ends);
	}
	if (at - seen->from <= seen->end - seen->from)
		return seen->end - at < most ? seen->end : at + most;
	nl = memchr(s->t.p + at, '\n', most);
	if (!nl)
		return at + most;
	seen->from = at;
	seen->end = (size_t)(nl - s->t.p);
	if (at - seen->start <= seen->upto - seen->start)
		seen->upto = seen->end;
	return seen->end;
}

slice scan_line(const struct scan *s, size_t at)
{
	size_t a = scan_line_start(s, at);

	return (slice){ s->t.p + a, scan_line_end(s, at) - a };
}

static bool is_between(char ch)
{
	switch (ch) {
	case ' ': case ':': case '=': case '"': case '\'': case '`': case '(': case '.': case '\0': return true;
	default: return false;
	}
}

slice scan_word_before(const struct scan *s, size_t at)
{
	size_t e = at, a;

	while (e > 0 && at - e < 6 && is_between(s->t.p[e - 1]))
		e--;
	for (a = e; a > 0 && e - a < 32 && (is_alnum(s->t.p[a - 1]) || s->t.p[a - 1] == '_');)
		a--;
	return (slice){ s->t.p + a, e - a };
}

#define ITEMS_FIRST 12288u

/* Room for a list of values at once, when it is short: what grows is copied, and room that is not used is never touched. */
static size_t first_room(size_t len)
{
	size_t dense = len / 16 + 64, most = len / 256 > ITEMS_FIRST ? len / 256 : ITEMS_FIRST;

	return dense < most ? dense : most;
}

bool scan_room(struct scan *s)
{
	struct ind_list *l = s->list;
	size_t cap = l->cap ? l->cap * 2 : first_room(s->t.len);
	struct indicator *p = arena_grow(s->c->a, l->items, l->cap * sizeof *p, cap * sizeof *p);

	if (!p)
		return false;
	l->items = p;
	l->cap = cap;
	return true;
}

void scan_origin(struct scan *s, struct indicator *it, size_t start, size_t end)
{
	it->defanged = fold_defanged(s->f, start, end);
	it->start = fold_origin(s->f, start);
	it->end = fold_origin(s->f, end);
}

rc scan_claim(struct scan *s, enum ind_type type, size_t start, size_t end, slice value, uint16_t port)
{
	/* Most values stand in the text as they are; the folded text lives as long as the list. */
	if (value.len == end - start && memcmp(value.p, s->t.p + start, value.len) == 0)
		return scan_claim_kept(s, type, start, end, (slice){ s->t.p + start, value.len }, port);
	value = arena_copy(s->c->a, value);
	if (!value.p)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	return scan_claim_kept(s, type, start, end, value, port);
}

rc scan_claim_kept(struct scan *s, enum ind_type type, size_t start, size_t end, slice value, uint16_t port)
{
	struct indicator *it = scan_claim_as(s, type, start, end, port, NULL);

	if (!it)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	it->value = value;
	it->role = role_of(s, it, start, end, &it->reason);
	return OK;
}

rc scan_claim_text(struct scan *s, enum ind_type type, size_t start, size_t end)
{
	return scan_claim_kept(s, type, start, end, (slice){ s->t.p + start, end - start }, 0);
}

static bool is_base64(char ch) { return is_alnum(ch) || ch == '+' || ch == '/' || ch == '=' || ch == '_' || ch == '-'; }

/* A long run of letters and digits at [start, end): a hash or a wallet, else perhaps a piece of base64. */
static rc one_run(struct scan *s, size_t start, size_t end)
{
	size_t n = s->list->n, a = start, e = end;

	TRY(scan_run(s, start, end));
	if (s->list->n != n || s->depth || start < s->encoded)
		return OK;
	if (scan_at(s, end) == '.' || scan_at(s, end) == '@')
		return OK;
	while (a > s->done && a > s->encoded && is_base64(s->t.p[a - 1]) && s->t.p[a - 1] != '=')
		a--;
	while (e < s->t.len && is_base64(s->t.p[e]))
		e++;
	s->encoded = e;
	while (a < start && (s->t.p[a] == '/' || s->t.p[a] == '-'))
		a++;
	return e - a >= 24 ? scan_encoded(s, a, e) : OK;
}

static rc one_anchor(struct scan *s, size_t at)
{
	char ch = s->t.p[at];

	if (ch == '.') {
		if (s->bits && at >= s->local && at != s->uncommon)
			TRY(common_value(s, at));
		return s->done > at ? OK : scan_dot(s, at);
	}
	switch (ch) {
	case ':':
		if (s->bits && s->t.p[at + 1] == '/' && s->t.p[at + 2] == '/' && at != s->uncommon)
			TRY(common_url(s, at));
		return s->done > at ? OK : scan_colon(s, at);
	case '@': return scan_mail(s, at);
	case '\\': return scan_backslash(s, at);
	case '/': return scan_slash(s, at);
	case '%': return begins(s->t, at, "%3a%2f%2f") ? scan_percent(s, at) : OK;
	case (char)0xe3:
		return slice_starts(slice_sub(s->t, at, 24), S("ミューテックス")) ? scan_mutex(s, at + 21) : OK;
	default: return OK;
	}
}

static size_t run_end(const struct scan *s, size_t at)
{
	if (s->bits)
		at = bits_skip(s->bits, ANCHOR_ALNUM, at, s->t.len);
	while (at < s->t.len && is_alnum(s->t.p[at]))
		at++;
	return at;
}

static inline uint64_t block_mask(const struct scan_bits *b, enum anchor_kind kind, unsigned i) { return le64toh(b->of[kind][i]); }

/* The places of block i of the stretch, which begins at `at`, in their order; what was claimed is stepped over at once. */
static rc one_block(struct scan *s, const struct scan_bits *b, unsigned i, size_t at)
{
	uint64_t all = block_mask(b, ANCHOR_LOOKS, i);

	for (;;) {
		uint64_t bit;
		size_t place;

		if (s->done > at)
			all = s->done - at < ANCHOR_BLOCK ? all & ~(uint64_t)0 << (s->done - at) : 0;
		if (!all)
			return OK;
		bit = all & -all;
		place = at + (size_t)__builtin_ctzll(all);
		if (place >= s->t.len)
			return OK;
		all ^= bit;
		if (block_mask(b, ANCHOR_POINTS, i) & bit)
			TRY(one_anchor(s, place));
		else if (block_mask(b, ANCHOR_RUNS, i) & bit)
			TRY(one_run(s, place, run_end(s, place)));
		else
			TRY(scan_run(s, place, run_end(s, place)));
	}
}

/* The masks of the stretch that begins at `at`; those of its first block were made with the one before. */
static void look_on(const struct scan *s, size_t at, struct scan_bits *b)
{
	size_t blocks = (s->t.len - at + ANCHOR_BLOCK - 1) / ANCHOR_BLOCK;

	b->at = at - ANCHOR_BLOCK;
	for (unsigned k = 0; k < ANCHOR_KINDS; k++)
		memcpy(b->of[k], &b->of[k][BITS_BLOCKS], 2 * sizeof b->of[k][0]);
	anchor_best()(s->t.p + at + ANCHOR_BLOCK, blocks < BITS_BLOCKS ? (unsigned)blocks : BITS_BLOCKS, b, 2);
}

static rc walk(struct scan *s, bool bits)
{
	struct scan_bits b = { 0 };

	s->uncommon = SIZE_MAX;
	anchor_best()(s->t.p, 1, &b, BITS_BLOCKS + 1);
	s->bits = bits ? &b : NULL;
	for (size_t at = 0; at < s->t.len; at += BITS_BLOCKS * ANCHOR_BLOCK) {
		look_on(s, at, &b);
		for (unsigned i = 0; i < BITS_BLOCKS && at + i * ANCHOR_BLOCK < s->t.len; i++)
			if (at + (i + 1) * ANCHOR_BLOCK > s->done && b.of[ANCHOR_LOOKS][i + 1])
				TRY(one_block(s, &b, i + 1, at + i * ANCHOR_BLOCK));
	}
	s->bits = NULL;
	return OK;
}

rc scan_inner(struct scan *s, slice inner, size_t start, size_t end)
{
	struct folded f;
	struct lines_seen lines = NO_LINES;
	struct scan in = { .c = s->c, .f = &f, .kind = IND_KIND_TEXT, .list = s->list, .depth = 1, .lines = &lines };
	size_t n = s->list->n;

	TRY(fold_text(s->c, inner, IND_KIND_TEXT, &f));
	in.t = f.text;
	in.base = fold_origin(s->f, start);
	in.base_end = fold_origin(s->f, end);
	TRY(walk(&in, s->bits != NULL));
	if (s->list->n > n && end > s->done)
		s->done = end;   /* what it means is told; its letters mean nothing more */
	return OK;
}

rc scan_text(struct ctx *c, slice text, enum ind_kind kind, bool bits, struct ind_list *list)
{
	struct address_seen seen[ADDRESSES_SEEN];
	struct folded f;
	struct lines_seen lines = NO_LINES;
	struct scan s = { .c = c, .f = &f, .kind = kind, .list = list, .addresses = seen, .lines = &lines };

	for (size_t i = 0; i < ADDRESSES_SEEN; i++)
		seen[i].len = 0;

	TRY(fold_text(c, text, kind, &f));
	s.t = f.text;
	return walk(&s, bits);
}

rc ind_scan(struct ctx *c, slice text, enum ind_kind kind, struct ind_list *list) { return scan_text(c, text, kind, true, list); }
