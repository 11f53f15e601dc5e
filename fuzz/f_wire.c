/*
 * What one process may say to another: frames off a channel, then each body to the one who reads it. The first byte chooses the
 * reader. A keeper and a signer that only look at the body stand behind.
 */
#include <assert.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cage.h"
#include "base/wire.h"
#include "core/record/far.h"
#include "door/serve/message.h"
#include "door/serve/outbox.h"
#include "work/report/blank_cage.h"
#include "work/select/take.h"

static void frames(const uint8_t *data, size_t size)
{
	enum channel_state state = STATE_MANY;
	struct wire_pipe p;
	struct wire_frame f;
	int pair[2];

	if (size > 60000 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0)
		return;
	wire_pipe_init(&p, pair[1], 4096);
	assert(write(pair[0], data, size) == (ssize_t)size);
	(void)close(pair[0]);
	(void)wire_pipe_fill(&p);
	while (wire_pipe_next(&p, message_has_fd, &f) > 0) {
		assert(f.body.len <= 4096);
		(void)message_legal((enum channel)(f.number % (CHANNELS + 1)), f.number & 8, &f, &state);
	}
	wire_pipe_close(&p);
}

/* The other side of a question may answer anything. */
static rc lie(struct ctx *c, void *to, uint32_t type, slice body, slice *ret)
{
	(void)c;
	(void)type;
	(void)body;
	*ret = *(slice *)to;
	return OK;
}

static void answers(struct ctx *c, slice in)
{
	struct far_door door = { .to = &in, .ask = lie };
	struct seal seal = { .key = S("k-1") };
	struct sealed sealed;
	struct hash root;
	int64_t epoch[2];
	uint64_t size;
	slice s;

	(void)!far_keep_epoch(c, &door, epoch);
	(void)!far_keep_seal(c, &door, S("k-1"), S("a"), S("p"), &sealed);
	(void)!far_keep_unseal(c, &door, &seal, S("a"), S("c"), &s);
	(void)!far_keep_destroy(c, &door, &seal.key, 1, epoch);
	(void)!far_sign_about(c, &door, &s, &s);
	(void)!far_sign_last(c, &door, &size, &root, &s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct cage_kind *const kinds[] = { &blank_cage, &document_cage };
	struct ctx c = { .a = size ? arena_new((size_t)32 << 20) : NULL };
	slice in = { (const char *)data + 1, size ? size - 1 : 0 };
	struct mail m;
	const void *arg;
	struct fetch f;
	unsigned status;

	if (!c.a)
		return 0;
	switch (data[0] % 6) {
	case 0: frames(data + 1, size - 1); break;
	case 1: answers(&c, in); break;
	case 2: (void)wire_get_fault(&c, in); break;
	case 3:
		if (outbox_get_mail(&c, in, &m) == OK)
			(void)!mail_compose(&c, &m, S("a@b.example"), 0, &in);
		break;
	case 4:
		for (size_t i = 0; i < 2; i++)
			(void)!kinds[i]->get(&c, in, &arg);
		break;
	case 5:
		(void)!outbox_get_fetch(&c, in, &f);
		(void)!outbox_get_answer(&c, in, &status, &in);
		break;
	}
	arena_free(c.a);
	return 0;
}
