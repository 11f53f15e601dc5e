/* Where a role begins: settings, control channel, its own function, and the way it ends. */
#include "door/serve/serve.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "door/serve/station.h"

#include "base/banned.h"

void settings_usual(struct settings *s)
{
	*s = (struct settings){ .magic = SETTINGS_MAGIC, .size = sizeof *s, .listen = { "127.0.0.1:8470" },
		.limits = web_limits_usual, .user_prefix = "renkei-", .user_base = 64400, .mail_port = 587 };
}

msec serve_clock(void) { return clock_real(); }

typedef rc role_fn(struct ctx *c, struct station *s);

static role_fn *const functions[ROLES] = {
	[ROLE_TLS] = role_tls, [ROLE_WEB] = role_web, [ROLE_CORE] = role_core, [ROLE_SIGN] = role_sign,
	[ROLE_KEEP] = role_keep, [ROLE_PARSE] = role_parse, [ROLE_OUT] = role_out,
};

/* Why it ends goes to the log, and to the supervisor, who tells it when nothing was served yet. */
static void tell_end(struct ctx *c, struct station *s, rc r)
{
	char room[1024];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	LOG("role.fault", FAULT(c));
	wire_put_fault(&b, c, r);
	if (wire_send(c, s->control, &(struct wire_frame){ .type = MSG_FAULT, .body = buf_slice(&b), .fd = -1 }) != OK)
		LOG("role.alone", FAULT(c));
}

static rc run(struct ctx *c, struct station *s, struct settings *set)
{
	rc r;

	(void)fcntl(CONTROL_FD, F_SETFD, FD_CLOEXEC);
	r = settings_take(c, SETTINGS_FD, set);
	(void)close(SETTINGS_FD);
	if (r == OK)
		r = functions[s->role](c, s);
	if (r != OK)
		tell_end(c, s, r);
	return r;
}

void serve_if_role(int argc, char **argv, const struct act_kind *const *kinds)
{
	static struct settings set;   /* large; of this process alone */
	struct station s = { .set = &set, .kinds = kinds, .control = CONTROL_FD, .listener = { -1, -1 } };
	struct ctx c = { .now = clock_real() };

	if (argc != 2 || strncmp(argv[1], "--role=", 7) != 0)
		return;
	for (int i = 0; i < CHANNELS; i++)
		s.channel[i] = -1;
	(void)signal(SIGPIPE, SIG_IGN);
	/* what a large page took goes back to the machine, and is not kept for the next one */
	(void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 2 << 20);
	for (int r = 0; r < ROLES; r++) {
		if (strcmp(argv[1] + 7, process_name((enum process)r)) != 0)
			continue;
		/* only the supervisor can start a role: without its channel there is nothing to do */
		if (fcntl(CONTROL_FD, F_GETFD) < 0 || fcntl(SETTINGS_FD, F_GETFD) < 0)
			break;
		s.role = (enum process)r;
		log_role(process_name(s.role));
		c.a = arena_new(LIMIT_ARENA_COMMAND);
		_exit(c.a && run(&c, &s, &set) == OK ? 0 : 1);
	}
	_exit(2);
}
