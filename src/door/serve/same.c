#include "door/serve/same.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/banned.h"

#define MINUTE ((msec)60000)
#define SPOTS 64u            /* forms of a page */

/* ---- core ---- */

void same_forget(struct same_calls *s) { memset(s->v, 0, sizeof s->v); }

rc same_begin(struct ctx *c, struct same_calls *s, struct store *st, bool *ret_known)
{
	msec minute = c->now / MINUTE;
	struct store_version now;

	TRY(store_version(c, st, &now));
	if (!now.known || now.others != s->version.others || now.own != s->version.own || minute != s->minute)
		same_forget(s);
	s->version = now;
	s->minute = minute;
	*ret_known = now.known;
	return OK;
}

/* A call holds all that its answer depends on, the session's token above all: equal digest, equal call. */
static void digest(slice call, unsigned char hash[32])
{
	(void)crypto_generichash(hash, 32, (const unsigned char *)call.p, call.len, NULL, 0);
}

static size_t place_of(const unsigned char hash[32]) { return ((size_t)hash[0] << 8 | hash[1]) % SAME_PLACES; }

uint64_t same_find(const struct same_calls *s, slice call)
{
	unsigned char hash[32];
	const struct same_call *x;

	digest(call, hash);
	x = &s->v[place_of(hash)];
	return x->word && memcmp(x->hash, hash, sizeof hash) == 0 ? x->word : 0;
}

uint64_t same_add(struct same_calls *s, slice call)
{
	struct same_call x = { .word = ++s->words };

	digest(call, x.hash);
	s->v[place_of(x.hash)] = x;
	return x.word;
}

/* ---- web ---- */

struct same_page {
	uint64_t word;
	size_t size;
	struct http_response r;      /* its texts lie in `bytes` */
	size_t spots[SPOTS], nspots; /* where the word of the forms stands in the body */
	size_t once_len;
	char *at;                    /* the next free one of `bytes` */
	char bytes[];
};

static slice copy(struct same_page *x, slice s)
{
	char *p = x->at;

	if (s.len)
		memcpy(p, s.p, s.len);
	x->at += s.len;
	return (slice){ p, s.len };
}

/* false: more forms than fit. */
static bool find_spots(struct same_page *x, slice once)
{
	size_t at = once.len ? slice_find(x->r.body, once, 0) : SIZE_MAX;

	for (; at != SIZE_MAX; at = slice_find(x->r.body, once, at + once.len)) {
		if (x->nspots == SPOTS)
			return false;
		x->spots[x->nspots++] = at;
	}
	x->once_len = once.len;
	return true;
}

static size_t size_of(const struct http_response *r)
{
	size_t n = r->body.len + r->content_type.len;

	for (size_t i = 0; i < r->header_count; i++)
		n += r->headers[i].name.len + r->headers[i].value.len;
	return n;
}

static void drop(struct same_pages *p, struct same_page **place)
{
	if (*place)
		p->total -= (*place)->size;
	free(*place);
	*place = NULL;
}

void same_keep(struct same_pages *p, uint64_t word, const struct http_response *r)
{
	struct same_page **place = &p->v[word % SAME_PLACES], *x;
	size_t n = size_of(r);

	drop(p, place);
	if (p->total + n > SAME_TOTAL)
		same_free(p);
	x = n <= SAME_MOST ? calloc(1, sizeof *x + n) : NULL;
	if (!x)
		return;
	x->word = word;
	x->r = *r;
	x->r.once = S_NONE;
	x->at = x->bytes;
	x->r.body = copy(x, r->body);
	x->r.content_type = copy(x, r->content_type);
	for (size_t i = 0; i < r->header_count; i++)
		x->r.headers[i] = (struct http_header){ copy(x, r->headers[i].name), copy(x, r->headers[i].value) };
	x->size = n;
	if (!find_spots(x, r->once)) {
		free(x);
		return;
	}
	*place = x;
	p->total += n;
}

rc same_page(struct ctx *c, const struct same_pages *p, uint64_t word, struct http_response *ret, bool *ret_found)
{
	const struct same_page *x = p->v[word % SAME_PLACES];
	unsigned char random[32];
	char once[65];
	slice body;

	*ret_found = x && x->word == word;
	if (!*ret_found)
		return OK;
	NEVER(x->once_len >= sizeof once);
	TRY(slice_keep(c, x->r.body, &body));
	randombytes_buf(random, sizeof random);
	(void)sodium_bin2hex(once, sizeof once, random, sizeof random);
	for (size_t i = 0; i < x->nspots; i++)
		memcpy((char *)(uintptr_t)body.p + x->spots[i], once, x->once_len);
	*ret = x->r;
	ret->body = body;
	return OK;
}

void same_free(struct same_pages *p)
{
	for (size_t i = 0; i < SAME_PLACES; i++)
		drop(p, &p->v[i]);
}
