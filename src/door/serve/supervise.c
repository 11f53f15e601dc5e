/*
 * The supervisor: listens, starts the roles, starts again what has died, ends all in order. It reads nothing that comes from
 * outside; from the roles it takes a word that they serve, numbers, and why they could not start.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/parse.h"
#include "door/serve/crew.h"
#include "door/serve/listen.h"
#include "door/serve/serve.h"
#include "door/serve/users.h"

#include "base/banned.h"

#define DRAIN_WAIT ((msec)20000)
#define CORE_WAIT ((msec)20000)
#define REST_WAIT ((msec)3000)
#define BACKOFF_LEAST ((msec)50)
#define BACKOFF_MOST ((msec)5000)
#define STEADY ((msec)30000)          /* a role that lasted this long has no falls behind it */
#define FALLS_MOST 12u                /* of core in a row: the node cannot serve */

/* ---- the one who started us ---- */

/* sd_notify(3): a datagram to the socket that the environment names. */
static void notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	AUTO_FD fd = -1;
	size_t n = path ? strlen(path) : 0;

	if (n < 2 || n >= sizeof to.sun_path)
		return;
	memcpy(to.sun_path, path, n);
	if (to.sun_path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0)
		(void)sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&to,
		             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
}

/* Sockets that the one who started us holds open (sd_listen_fds(3)): systemd, or ourselves before beginning anew. */
static rc passed_sockets(struct ctx *c, struct settings *s, int listener[LISTENERS], bool *ret_any)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	uint32_t n, who;

	*ret_any = false;
	if (!pid || !count)
		return OK;
	if (parse_u32(c, slice_of(pid), 1, INT32_MAX, &who) != OK || who != (uint32_t)getpid() ||
	    parse_u32(c, slice_of(count), 1, LISTENERS, &n) != OK) {
		fault_clear(c);
		return OK;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct endpoint e;

		TRY(endpoint_of(c, 3 + (int)i, &e));
		if (s->plain && i == LISTENER_MAIN && !e.loopback)
			return FAIL(c, E_DENIED, "serve.plain");
		(void)fcntl(3 + (int)i, F_SETFD, FD_CLOEXEC);
		(void)fcntl(3 + (int)i, F_SETFL, O_NONBLOCK);
		listener[i] = 3 + (int)i;
		TRY(settings_text(c, s->listen[i], sizeof s->listen[i], slice_of(e.text)));
	}
	*ret_any = true;
	return OK;
}

static rc open_listeners(struct ctx *c, struct settings *s, int listener[LISTENERS])
{
	bool any;

	TRY(passed_sockets(c, s, listener, &any));
	for (int i = 0; !any && i < LISTENERS; i++) {
		struct endpoint e;

		if (!s->listen[i][0])
			continue;
		TRY(endpoint_parse(c, slice_of(s->listen[i]), &e));
		if (s->plain && i == LISTENER_MAIN && !e.loopback)
			return FAIL(c, E_DENIED, "serve.plain");
		TRY(endpoint_listen(c, &e, &listener[i]));
		TRY(settings_text(c, s->listen[i], sizeof s->listen[i], slice_of(e.text)));
	}
	return OK;
}

/* ---- roles ---- */

static void put_counts(struct buf *b, const struct crew *h, enum process r, slice body)
{
	char path[64];
	char text[128] = "";
	unsigned long long whole, resident = 0;
	AUTO_FD fd = -1;

	buf_put(b, body);
	(void)snprintf(path, sizeof path, "/proc/%d/statm", (int)h->seats[r].pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof text - 1) > 0 && sscanf(text, "%llu %llu", &whole, &resident) != 2)
		resident = 0;
	b->len = COUNT_STARTS * 8;
	wire_put_u64(b, h->seats[r].starts);
	wire_put_u64(b, resident * (unsigned long long)sysconf(_SC_PAGESIZE));
	b->len = ROLE_COUNTS * 8;
}

static void forward_counts(struct ctx *c, struct crew *h, enum process r)
{
	char room[ROLE_COUNTS * 8];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };
	struct wire_frame on = { .type = MSG_COUNTS, .number = r, .fd = -1 };

	if (!h->seats[r].counted || !h->seats[ROLE_WEB].ready)
		return;
	put_counts(&b, h, r, (slice){ h->seats[r].counts, sizeof room });
	on.body = buf_slice(&b);
	if (wire_send(c, h->seats[ROLE_WEB].control, &on) != OK)
		fault_clear(c);   /* it is ending; reap() finds out */
}

/* Whoever started us waits for as long as a role says that it is on its way. */
static void take_counts(struct ctx *c, struct crew *h, enum process r, slice body)
{
	if (body.len != sizeof h->seats[r].counts)
		return;
	memcpy(h->seats[r].counts, body.p, body.len);
	h->seats[r].counted = true;
	if (!h->said)
		notify("EXTEND_TIMEOUT_USEC=120000000");
	forward_counts(c, h, r);
}

static void take_ready(struct ctx *c, struct crew *h, enum process r)
{
	h->seats[r].ready = true;
	/* what the others told before web was there to hear it */
	for (int i = 0; r == ROLE_WEB && i < ROLES; i++)
		forward_counts(c, h, (enum process)i);
}

/* What a role says. false: it broke the form and has to go. */
static bool hear(struct ctx *c, struct crew *h, enum process r)
{
	enum channel_state state = STATE_MANY;
	struct wire_frame f;
	rc e = wire_recv(c, h->seats[r].control, channel_most(CHANNEL_CONTROL), 2000, &f);

	if (e != OK)
		return false;
	if (!message_legal(CHANNEL_CONTROL, false, &f, &state)) {
		if (f.fd >= 0)
			(void)close(f.fd);
		return false;
	}
	switch (f.type) {
	case MSG_READY: take_ready(c, h, r); break;
	case MSG_COUNTS: take_counts(c, h, r, f.body); break;
	case MSG_FAULT:
		h->failed = wire_get_fault(c, f.body);
		h->fault = c->fault;
		fault_clear(c);
		break;
	}
	return true;
}

static void next_phase(struct crew *h, enum phase p)
{
	static const msec waits[] = { 0, DRAIN_WAIT, CORE_WAIT, REST_WAIT, 0 };

	if (h->phase >= p)
		return;
	h->phase = p;
	h->phase_end = clock_mono() + waits[p];
}

/* A role has ended. */
static void bury(struct crew *h, enum process r, int status)
{
	struct seat *s = &h->seats[r];
	msec now = clock_mono();
	bool was_ready = s->ready, meant = s->told_stop;

	LOG("role.end", WORD("name", process_name(r)), NUM("exit", WIFEXITED(status) ? WEXITSTATUS(status) : -1),
	    NUM("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0), NUM("meant", meant));
	crew_clear(h, r);
	if (meant || h->phase != PHASE_SERVE)
		return;
	if (now - s->since > STEADY)
		s->falls = 0;
	s->falls++;
	s->again = now + (BACKOFF_LEAST << (s->falls < 8 ? s->falls - 1 : 7));
	if (s->again > now + BACKOFF_MOST)
		s->again = now + BACKOFF_MOST;
	if (s->falls == 1 && was_ready)
		s->again = now;
	/* what could not start at all will not start the next time either; what keeps falling serves nobody */
	if ((!h->said && !was_ready) || (r == ROLE_CORE && s->falls >= FALLS_MOST)) {
		if (h->failed == OK) {
			struct ctx c = { 0 };

			h->failed = FAIL(&c, E_IO, "serve.role_fails");
			fault_name(&c, slice_of(process_name(r)));
			h->fault = c.fault;
		}
		next_phase(h, PHASE_DRAIN);
	}
}

static void reap(struct crew *h)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int r = 0; r < ROLES; r++)
			if (h->seats[r].pid == pid)
				bury(h, (enum process)r, status);
}

static void on_signal(struct crew *h)
{
	struct signalfd_siginfo info;

	while (read(h->signals, &info, sizeof info) == (ssize_t)sizeof info)
		switch (info.ssi_signo) {
		case SIGHUP:
			h->anew = h->phase == PHASE_SERVE;
			next_phase(h, PHASE_DRAIN);
			break;
		case SIGCHLD: break;
		default:
			h->anew = false;
			next_phase(h, PHASE_DRAIN);
		}
}

/* ---- ending ---- */

static bool gone(struct ctx *c, struct crew *h, const enum process *roles, size_t n)
{
	bool all = true, late = clock_mono() >= h->phase_end;

	for (size_t i = 0; i < n; i++) {
		struct seat *s = &h->seats[roles[i]];

		if (!s->pid)
			continue;
		all = false;
		if (!s->told_stop)
			late = wire_send(c, s->control, &(struct wire_frame){ .type = MSG_STOP, .fd = -1 }) != OK || late;
		s->told_stop = true;
		if (late)
			(void)kill(s->pid, SIGKILL);
	}
	return all;
}

static void end_in_order(struct ctx *c, struct crew *h)
{
	static const enum process front[] = { ROLE_TLS, ROLE_WEB }, core[] = { ROLE_CORE }, rest[] = { ROLE_SIGN, ROLE_KEEP, ROLE_PARSE, ROLE_OUT };

	if (h->phase == PHASE_DRAIN && gone(c, h, front, 2))
		next_phase(h, PHASE_CORE);
	if (h->phase == PHASE_CORE && gone(c, h, core, 1))
		next_phase(h, PHASE_REST);
	if (h->phase == PHASE_REST && gone(c, h, rest, 4))
		next_phase(h, PHASE_OVER);
}

/* ---- the loop ---- */

static rc seat_missing(struct ctx *c, struct crew *h)
{
	static const enum process order[] = { ROLE_KEEP, ROLE_SIGN, ROLE_PARSE, ROLE_OUT, ROLE_CORE, ROLE_WEB, ROLE_TLS };
	msec now = clock_mono();

	for (size_t i = 0; i < ROLES; i++)
		if (!h->seats[order[i]].pid && h->seats[order[i]].again <= now)
			TRY(crew_seat(c, h, order[i]));
	return OK;
}

static bool all_ready(const struct crew *h)
{
	for (int r = 0; r < ROLES; r++)
		if (!h->seats[r].ready)
			return false;
	return true;
}

static rc say_once(struct ctx *c, struct crew *h, const struct serve_call *call)
{
	struct buf b;

	if (h->said || !all_ready(h))
		return OK;
	h->said = true;
	notify("READY=1");
	buf_init(&b, c->a, 256);
	buf_putf(&b, "http%s://%s/", h->set->plain ? "" : "s", h->set->listen[LISTENER_MAIN]);
	buf_putc(&b, '\0');
	return b.full ? FAIL(c, E_LIMIT, "memory.limit") : call->say(c, b.p);
}

static rc round_of(struct ctx *c, struct crew *h)
{
	struct pollfd p[ROLES + 1] = { { .fd = h->signals, .events = POLLIN } };

	for (int r = 0; r < ROLES; r++)
		p[r + 1] = (struct pollfd){ .fd = h->seats[r].pid ? h->seats[r].control : -1, .events = POLLIN };
	if (poll(p, ROLES + 1, h->phase == PHASE_SERVE && all_ready(h) ? 1000 : 20) < 0 && errno != EINTR)
		return FAIL_SYS(c, "serve.socket");
	if (p[0].revents)
		on_signal(h);
	for (int r = 0; r < ROLES; r++)
		if (p[r + 1].revents & POLLIN && !hear(c, h, (enum process)r) && h->seats[r].pid)
			(void)kill(h->seats[r].pid, SIGKILL);
		else if (p[r + 1].revents & (POLLHUP | POLLERR) && !(p[r + 1].revents & POLLIN) && h->seats[r].pid)
			(void)kill(h->seats[r].pid, SIGKILL);
	reap(h);
	return OK;
}

/* The folder of core in memory; what is in it was unlinked when it was made. */
static void remove_scratch(void)
{
	char path[64];

	(void)snprintf(path, sizeof path, "/dev/shm/renkei-%d", (int)getpid());
	(void)rmdir(path);
}

static rc loop(struct ctx *c, struct crew *h, const struct serve_call *call)
{
	AUTO_ARENA a = arena_new((size_t)4 << 20);
	struct ctx own = { .a = a };
	rc r = OK;

	if (!a)
		return FAIL(c, E_NOMEM, "memory.limit");
	while (h->phase != PHASE_OVER) {
		r = h->phase == PHASE_SERVE ? seat_missing(&own, h) : OK;
		if (r == OK)
			r = round_of(&own, h);
		if (r == OK)
			r = say_once(&own, h, call);
		if (r != OK && h->failed == OK) {
			h->failed = r;
			h->fault = own.fault;
			next_phase(h, PHASE_DRAIN);
		}
		end_in_order(&own, h);
		arena_reset(a);
	}
	remove_scratch();
	c->fault = h->fault;
	return h->failed;
}

static rc open_signals(struct ctx *c, int *ret)
{
	static const int taken[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
		(void)sigaddset(&set, taken[i]);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	*ret = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *ret < 0 ? FAIL_SYS(c, "serve.socket") : OK;
}

/* ---- beginning anew ---- */

/* The arguments as they were given. */
static rc own_arguments(struct ctx *c, char ***ret)
{
	slice text, rest, one;
	size_t n = 0;
	char **v;

	TRY(file_read(c, "/proc/self/cmdline", (size_t)1 << 20, &text));
	rest = text;
	while (slice_next(&rest, '\0', &one))
		n++;
	TRY_ARRAY(c, v, n + 1);
	for (size_t i = 0; slice_next(&text, '\0', &one); i++) {
		v[i] = arena_cstr(c->a, one);
		if (!v[i])
			return FAIL(c, E_LIMIT, "memory.limit");
	}
	*ret = v;
	return OK;
}

/*
 * The program as it now lies on the disk takes the place of this one, with the listening sockets open all the while:
 * who connects meanwhile waits in the kernel.
 */
static rc begin_anew(struct ctx *c, struct crew *h, char **argv)
{
	char path[PATH_MAX] = "", text[16];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
	sigset_t none;
	int count = 0;

	if (n > 10 && strcmp(path + n - 10, " (deleted)") == 0)
		path[n - 10] = '\0';
	for (int i = 0; i < LISTENERS; i++)
		if (h->listener[i] >= 0) {
			int fd = fcntl(h->listener[i], F_DUPFD, 20);

			if (fd < 0 || dup2(fd, 3 + count) < 0)
				return FAIL_SYS(c, "serve.start");
			count++;
		}
	(void)close_range((unsigned)(3 + count), ~0U, 0);
	(void)snprintf(text, sizeof text, "%d", count);
	(void)setenv("LISTEN_FDS", text, 1);
	(void)snprintf(text, sizeof text, "%d", (int)getpid());
	(void)setenv("LISTEN_PID", text, 1);
	(void)setenv("RENKEI_ANEW", "1", 1);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)execv(path, argv);
	return FAIL_SYS(c, "serve.start");
}

rc serve_run(struct ctx *c, const struct serve_call *call)
{
	struct crew h = { .set = call->set, .listener = { -1, -1 } };
	const char *why;
	char **argv;
	rc r;

	for (int i = 0; i < ROLES; i++)
		h.seats[i].control = -1;
	TRY(own_arguments(c, &argv));
	TRY(open_listeners(c, call->set, h.listener));
	(void)unsetenv("LISTEN_FDS");
	(void)unsetenv("LISTEN_PID");
	TRY(users_find(c, call->set, &why));
	if (why)
		LOG("serve.one_user", WORD("why", why));
	TRY(users_own(c, call->set));
	TRY(open_signals(c, &h.signals));
	r = loop(c, &h, call);
	if (r == OK && h.anew) {
		notify("RELOADING=1");
		return begin_anew(c, &h, argv);
	}
	notify("STOPPING=1");
	return r;
}
