/* The roles `sign` and `keep`: a folder each, one question at a time. */
#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "core/record/record.h"
#include "door/serve/station.h"

#include "base/banned.h"

#define MEMORY ((size_t)256 << 20)

/*
 * Into the folder before the user changes, so that only the folder itself has to be open to that user and none above it.
 */
static rc go_into(struct ctx *c, const char *dir, const char *name)
{
	struct buf b;

	buf_init(&b, c->a, PATH_MAX + 16);
	buf_putf(&b, "%s/%s", dir, name);
	buf_putc(&b, '\0');
	if (b.full || chdir(b.p) != 0)
		return FAIL_SYS(c, "serve.folder");
	return OK;
}

static rc answer_sign(struct ctx *c, void *to, uint32_t type, slice body, struct buf *reply)
{
	return sign_serve(c, to, type, body, reply);
}

rc role_sign(struct ctx *c, struct station *s)
{
	struct signer *signer;

	TRY(go_into(c, s->set->dir, "sign"));
	TRY(station_user(c, s));
	TRY(sign_open(c, ".", &signer));
	TRY(station_enter(c, s));
	TRY(station_ready(c, s));
	return station_serve(c, s, CHANNEL_SIGN, MEMORY, answer_sign, signer);
}

static rc answer_keep(struct ctx *c, void *to, uint32_t type, slice body, struct buf *reply)
{
	return keep_serve(c, to, type, body, reply);
}

rc role_keep(struct ctx *c, struct station *s)
{
	struct keep *keep;

	TRY(go_into(c, s->set->dir, "keep"));
	TRY(station_user(c, s));
	TRY(keep_open(c, ".", &keep));
	TRY(station_enter(c, s));
	TRY(station_ready(c, s));
	return station_serve(c, s, CHANNEL_KEEP, MEMORY, answer_keep, keep);
}
