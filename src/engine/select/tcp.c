#include "engine/select/tcp.h"

#include "engine/select/request.h"

#include "base/banned.h"

#define STREAMS 4096u
#define HELD 4u

struct tcp_streams { struct tcp_stream slots[STREAMS]; };

rc tcp_new(struct ctx *c, struct tcp_streams **ret)
{
	struct tcp_streams *t;

	TRY_NEW(c, t);
	*ret = t;
	return OK;
}

/* What was held behind a gap that is closed now. */
static void join_held(struct tcp_stream *s)
{
	for (unsigned again = 0; again < HELD; again++)
		for (unsigned i = 0; i < HELD; i++)
			if (s->held[i].n && s->held[i].at <= s->n) {
				if (s->held[i].at + s->held[i].n > s->n)
					s->n = s->held[i].at + s->held[i].n;
				s->held[i].n = 0;
			}
}

static bool put(struct tcp_stream *s, uint32_t at, slice data)
{
	uint32_t before = s->n, room;

	/* Sent again: only what is new of it. */
	if (at < s->n) {
		uint32_t old = s->n - at;

		if (old >= data.len)
			return false;
		data = slice_sub(data, old, data.len);
		at = s->n;
	}
	if (at >= TCP_BEGIN_MOST)
		return false;
	room = TCP_BEGIN_MOST - at;
	data.len = data.len < room ? data.len : room;
	if (at > s->n) {
		for (unsigned i = 0; i < HELD; i++)
			if (!s->held[i].n) {
				memcpy(s->p + at, data.p, data.len);
				s->held[i].at = at;
				s->held[i].n = (uint32_t)data.len;
				break;
			}
		return false;
	}
	memcpy(s->p + at, data.p, data.len);
	s->n += (uint32_t)data.len;
	join_held(s);
	return s->n > before;
}

struct tcp_stream *tcp_segment(struct ctx *c, struct tcp_streams *t, uint64_t key, uint32_t seq, bool syn, slice data)
{
	struct tcp_stream *s = &t->slots[(key ^ key >> 32) % STREAMS];

	if (s->key != key || syn) {
		uint8_t *p = s->p;

		*s = (struct tcp_stream){ .p = p, .key = key };
		if (syn) {
			s->first = seq + 1;
			s->begun = true;
			seq++;
		}
	}
	if (s->done || data.len == 0)
		return NULL;
	if (!s->begun) {
		/* The capture began in the midst of it, or its beginning comes late. */
		if (!request_begins(data))
			return NULL;
		s->first = seq;
		s->begun = true;
	}
	if (!s->p && !(s->p = arena_bytes(c->a, TCP_BEGIN_MOST)))
		return NULL;
	/* Numbers wrap; what lies before the beginning is not of this stream. */
	return (uint32_t)(seq - s->first) < TCP_BEGIN_MOST && put(s, seq - s->first, data) ? s : NULL;
}
