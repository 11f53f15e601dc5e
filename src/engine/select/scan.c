#include "engine/select/common.h"

#include "engine/select/lists.h"

#include "base/banned.h"

static const char *const type_words[IND_TYPES] = {
	"ipv4", "ipv6", "cidr", "domain", "url", "email", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "imphash", "ssdeep",
	"tlsh", "ja3", "ja3s", "ja4", "jarm", "cve", "attack", "btc", "eth", "xmr", "ltc", "trx", "registry", "file_path", "file_name", "mutex",
	"user_agent", "asn", "mac",
};

const char *ind_type_word(enum ind_type t) { return type_words[t]; }

size_t scan_line_start(const struct scan *s, size_t at)
{
	size_t from = at > LINE_MOST ? at - LINE_MOST : 0;
	const char *nl = at > from ? memrchr(s->t.p + from, '\n', at - from) : NULL;

	return nl ? (size_t)(nl + 1 - s->t.p) : from;
}

size_t scan_line_end(const struct scan *s, size_t at)
{
	size_t most = s->t.len - at < LINE_MOST ? s->t.len - at : LINE_MOST;
	const char *nl = memchr(s->t.p + at, '\n', most);

	return nl ? (size_t)(nl - s->t.p) : at + most;
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

#define ITEMS_FIRST 2048u

/* Room for a list of values at once, when it is short: what grows is copied. */
static size_t first_room(size_t len)
{
	size_t dense = len / 24 + 64, most = len / 256 > ITEMS_FIRST ? len / 256 : ITEMS_FIRST;

	return dense < most ? dense : most;
}

static struct indicator *append(struct scan *s)
{
	struct ind_list *l = s->list;

	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : first_room(s->t.len);
		struct indicator *p = arena_grow(s->c->a, l->items, l->cap * sizeof *p, cap * sizeof *p);

		if (!p)
			return NULL;
		l->items = p;
		l->cap = cap;
	}
	return &l->items[l->n++];
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

static inline struct indicator *claim(struct scan *s, enum ind_type type, size_t start, size_t end, slice value, uint16_t port)
{
	struct indicator *it = append(s);

	if (!it)
		return NULL;
	it->type = type;
	it->value = value;
	it->port = port;
	it->depth = s->depth;
	it->defanged = false;
	if (!fold_whole(s->f, start, end, &it->start, &it->end)) {
		it->defanged = fold_defanged(s->f, start, end);
		it->start = fold_origin(s->f, start);
		it->end = fold_origin(s->f, end);
	}
	if (s->depth) {
		it->start = s->base;
		it->end = s->base_end;
	}
	if (end > s->done)
		s->done = end;
	return it;
}

rc scan_claim_kept(struct scan *s, enum ind_type type, size_t start, size_t end, slice value, uint16_t port)
{
	struct indicator *it = claim(s, type, start, end, value, port);

	if (!it)
		return FAIL(s->c, E_LIMIT, "memory.limit");
	it->role = role_of(s, it, start, end, &it->reason);
	return OK;
}

struct indicator *scan_claim_as(struct scan *s, enum ind_type type, size_t start, size_t end, uint16_t port, const char *reason)
{
	struct indicator *it = claim(s, type, start, end, (slice){ s->t.p + start, end - start }, port);

	if (it) {
		it->role = reason ? IND_REF : IND_IOC;
		it->reason = reason ? reason : "plain";
	}
	return it;
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
	bool claimed = false;

	if (ch == '.') {
		if (s->bits && at >= s->local)
			TRY(common_value(s, at, &claimed));
		return claimed ? OK : scan_dot(s, at);
	}
	switch (ch) {
	case ':': return scan_colon(s, at);
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
		at = bits_skip(s->bits, s->bits->alnum, at, s->t.len);
	while (at < s->t.len && is_alnum(s->t.p[at]))
		at++;
	return at;
}

/* The places of one block in their order; what was claimed is stepped over at once. */
static rc one_block(struct scan *s, size_t at, const struct anchor_masks *m)
{
	uint64_t all = m->points | m->words | m->runs;

	for (;;) {
		uint64_t bit;
		size_t i;

		if (s->done > at)
			all = s->done - at < ANCHOR_BLOCK ? all & ~(uint64_t)0 << (s->done - at) : 0;
		if (!all)
			return OK;
		bit = all & -all;
		i = at + (size_t)__builtin_ctzll(all);
		if (i >= s->t.len)
			return OK;
		all ^= bit;
		if (m->points & bit)
			TRY(one_anchor(s, i));
		else if (m->runs & bit)
			TRY(one_run(s, i, run_end(s, i)));
		else
			TRY(scan_run(s, i, run_end(s, i)));
	}
}

/* The masks of the next stretch, which begins at `at`; those of its first block were made with the one before. */
static void look_on(const struct scan *s, size_t at, struct anchor_masks *m, struct scan_bits *b)
{
	anchor_fn *look = anchor_best();

	b->at = at - ANCHOR_BLOCK;
	for (unsigned i = 0; i < BITS_BLOCKS + 2; i++) {
		const struct anchor_masks *k = i < 2 ? &m[BITS_BLOCKS + i] : &m[i];

		if (i < 2)
			m[i] = *k;
		else if (at + (i - 2) * ANCHOR_BLOCK < s->t.len)
			look(s->t.p + at + (i - 1) * ANCHOR_BLOCK, &m[i]);
		b->label[i] = htole64(k->label);
		b->alnum[i] = htole64(k->alnum);
		b->digits[i] = htole64(k->digits);
		b->hex[i] = htole64(k->hex);
		b->dots[i] = htole64(k->dots);
		b->dashes[i] = htole64(k->dashes);
		b->url[i] = htole64(k->url);
		b->words[i] = htole64(k->words);
	}
}

static rc walk(struct scan *s, bool bits)
{
	struct anchor_masks m[BITS_BLOCKS + 2] = { 0 };   /* as in struct scan_bits: of the block before, then of those of a stretch */
	struct scan_bits b = { 0 };

	anchor_best()(s->t.p, &m[BITS_BLOCKS + 1]);
	s->bits = bits ? &b : NULL;
	for (size_t at = 0; at < s->t.len; at += BITS_BLOCKS * ANCHOR_BLOCK) {
		look_on(s, at, m, &b);
		for (unsigned i = 0; i < BITS_BLOCKS && at + i * ANCHOR_BLOCK < s->t.len; i++) {
			const struct anchor_masks *k = &m[i + 1];

			if (at + (i + 1) * ANCHOR_BLOCK > s->done && (k->points | k->words | k->runs))
				TRY(one_block(s, at + i * ANCHOR_BLOCK, k));
		}
	}
	s->bits = NULL;
	return OK;
}

rc scan_inner(struct scan *s, slice inner, size_t start, size_t end)
{
	struct folded f;
	struct scan in = { .c = s->c, .f = &f, .kind = IND_KIND_TEXT, .list = s->list, .depth = 1 };
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
	struct scan s = { .c = c, .f = &f, .kind = kind, .list = list, .addresses = seen };

	for (size_t i = 0; i < ADDRESSES_SEEN; i++)
		seen[i].len = 0;

	TRY(fold_text(c, text, kind, &f));
	s.t = f.text;
	return walk(&s, bits);
}

rc ind_scan(struct ctx *c, slice text, enum ind_kind kind, struct ind_list *list) { return scan_text(c, text, kind, true, list); }
