#include "base/cage_answer.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "base/message.h"

#include "base/banned.h"

#define MAGIC 0x52434147u

static bool write_whole(int fd, const void *p, size_t n)
{
	for (const char *at = p; n > 0;) {
		ssize_t w = write(fd, at, n);

		if (w <= 0)
			return false;
		at += w;
		n -= (size_t)w;
	}
	return true;
}

bool cage_answer(struct ctx *c, int fd, const struct cage_limits *limits, cage_fn *fn, slice in, const void *arg)
{
	struct cage_head head = { .magic = MAGIC };
	struct buf answer;
	rc r;

	buf_init(&answer, c->a, limits->answer);
	r = fn(c, in, arg, &answer);
	if (r == OK && answer.full)
		r = FAIL(c, E_LIMIT, "cage.answer");
	head.code = (uint32_t)r;
	head.len = r == OK ? answer.len : 0;
	head.row = c->fault.row;
	head.col = c->fault.col;
	head.at = c->fault.at;
	head.has_at = c->fault.has_at;
	if (c->fault.key)
		memcpy(head.key, c->fault.key, strnlen(c->fault.key, sizeof head.key - 1));
	memcpy(head.name, c->fault.name, sizeof head.name);
	return write_whole(fd, &head, sizeof head) && write_whole(fd, answer.p, head.len);
}

int64_t cage_clock(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#define PIECE 65536u

int64_t cage_listen(int fd, int64_t end, struct buf *b)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = end ? end - cage_clock() : -1;
		ssize_t n;

		if ((end && left <= 0) || poll(&p, 1, (int)left) == 0)
			return CAGE_LATE;
		if (!buf_room(b, PIECE))
			return -1;
		n = read(fd, b->p + b->len, PIECE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n > 0)
			b->len += (size_t)n;
		return n;
	}
}

/* The key must be one of ours: it goes to people. */
static const char *known_key(const char key[64])
{
	for (size_t i = 0; i < message_count; i++)
		if (strncmp(message_table[i].key, key, 64) == 0)
			return message_table[i].key;
	return NULL;
}

bool cage_head_read(slice bytes, struct cage_head *ret)
{
	if (bytes.len < sizeof *ret)
		return false;
	memcpy(ret, bytes.p, sizeof *ret);
	ret->key[sizeof ret->key - 1] = ret->name[sizeof ret->name - 1] = '\0';
	return ret->magic == MAGIC && ret->code < RC_CODES;
}

rc cage_answer_read(struct ctx *c, slice bytes, slice *ret_answer)
{
	struct cage_head head;
	const char *key;

	if (!cage_head_read(bytes, &head) || head.len != bytes.len - sizeof head)
		return FAIL(c, E_INVALID, "cage.died");
	if (head.code == OK) {
		*ret_answer = slice_sub(bytes, sizeof head, (size_t)head.len);
		return OK;
	}
	key = known_key(head.key);
	fault_set(c, (rc)head.code, key ? key : "cage.died", __FILE__, __LINE__);
	fault_place(c, head.row, head.col);
	fault_name(c, slice_of(head.name));
	if (head.has_at)
		fault_at(c, head.at);
	return (rc)head.code;
}
