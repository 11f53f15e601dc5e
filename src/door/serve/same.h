/*
 * Pages that would come out the same again. Core remembers which calls it has answered since the last change of anything in the
 * tables, in this minute; `web` keeps the page it made of that answer. Who asks is checked each time, since a session that ends is a
 * change too. What identifies a page is a word that is never given twice.
 */
#ifndef DOOR_SERVE_SAME_H
#define DOOR_SERVE_SAME_H

#include "core/store/store.h"
#include "door/http/http.h"

#define SAME_PLACES 512u
#define SAME_MOST ((size_t)512 << 10)    /* bytes of an answer that is remembered, and of a page that is kept */
#define SAME_TOTAL ((size_t)8 << 20)    /* of all pages that are kept */

/* ---- core ---- */

struct same_call { unsigned char hash[32]; uint64_t word; };
struct same_calls { struct same_call v[SAME_PLACES]; struct store_version version; msec minute; uint64_t words; };

/* Of this very moment; *ret_known false: the tables cannot tell whether they changed, nothing is remembered. */
MUST_USE rc same_begin(struct ctx *c, struct same_calls *s, struct store *st, bool *ret_known);
/* The word of a call that was answered since the last change; 0: none. */
uint64_t same_find(const struct same_calls *s, slice call);
/* Remembers; returns the word. */
uint64_t same_add(struct same_calls *s, slice call);
/* `web` began anew and has nothing. */
void same_forget(struct same_calls *s);

/* ---- web ---- */

struct same_page;
struct same_pages { struct same_page *v[SAME_PLACES]; /* owned */ size_t total; };

/* Keeps a copy, when it is small enough and there is memory. */
void same_keep(struct same_pages *p, uint64_t word, const struct http_response *r);
/* The page in c->a with a new word in its forms; *ret_found false: not kept. */
MUST_USE rc same_page(struct ctx *c, const struct same_pages *p, uint64_t word, struct http_response *ret, bool *ret_found);
void same_free(struct same_pages *p);

#endif
