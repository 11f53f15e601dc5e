/* Starting roles: fork, exec of this same program, channels. */
#include "door/serve/crew.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

#include "base/banned.h"

static _Noreturn void become(enum process r, int control, int settings)
{
	static const char *const keep_env[] = { "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TZ" };
	const char *values[4];
	char role[32];
	char *argv[] = { (char *)(uintptr_t)"renkei", role, NULL };
	sigset_t none;

	(void)snprintf(role, sizeof role, "--role=%s", process_name(r));
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	/* the supervisor alone decides when a role ends */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)setpgid(0, 0);
	for (size_t i = 0; i < 4; i++)
		values[i] = getenv(keep_env[i]);
	(void)clearenv();
	for (size_t i = 0; i < 4; i++)
		if (values[i])
			(void)setenv(keep_env[i], values[i], 1);
	/* out of the way of the places they are going to */
	control = fcntl(control, F_DUPFD, 10);
	settings = fcntl(settings, F_DUPFD, 10);
	if (control < 0 || settings < 0 || dup2(control, CONTROL_FD) < 0 || dup2(settings, SETTINGS_FD) < 0)
		_exit(70);
	(void)close_range(SETTINGS_FD + 1, ~0U, 0);
	(void)execv("/proc/self/exe", argv);
	_exit(70);
}

static rc give(struct ctx *c, struct crew *h, enum process to, uint32_t type, uint64_t number, int fd)
{
	return wire_send(c, h->seats[to].control, &(struct wire_frame){ .type = type, .number = number, .fd = fd });
}

static rc join(struct ctx *c, struct crew *h, enum channel ch)
{
	enum process a = channel_table[ch].asks, b = channel_table[ch].answers;
	int pair[2];
	rc r;

	if (!h->seats[a].pid || !h->seats[b].pid)
		return OK;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) != 0)
		return FAIL_SYS(c, "serve.socket");
	r = give(c, h, a, MSG_PEER, ch, pair[0]);
	if (r == OK)
		r = give(c, h, b, MSG_PEER, ch, pair[1]);
	(void)close(pair[0]);
	(void)close(pair[1]);
	/* one of them has just ended: its successor is joined when it starts */
	return r == E_IO ? OK : r;
}

rc crew_seat(struct ctx *c, struct crew *h, enum process r)
{
	struct seat *seat = &h->seats[r];
	AUTO_FD settings = -1;
	int pair[2];
	pid_t pid;

	TRY(settings_pass(c, h->set, &settings));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return FAIL_SYS(c, "serve.socket");
	pid = fork();
	if (pid == 0)
		become(r, pair[1], settings);
	(void)close(pair[1]);
	if (pid < 0) {
		(void)close(pair[0]);
		return FAIL_SYS(c, "serve.start");
	}
	seat->pid = pid;
	seat->control = pair[0];
	seat->ready = seat->told_stop = false;
	seat->since = clock_mono();
	seat->starts++;
	for (int ch = 0; ch < CHANNELS; ch++)
		if (channel_table[ch].asks == r || channel_table[ch].answers == r)
			TRY(join(c, h, (enum channel)ch));
	for (int l = 0; r == ROLE_TLS && l < LISTENERS; l++)
		if (h->listener[l] >= 0)
			TRY(give(c, h, r, MSG_LISTEN, (uint64_t)l, h->listener[l]));
	return OK;
}

void crew_clear(struct crew *h, enum process r)
{
	if (h->seats[r].control >= 0)
		(void)close(h->seats[r].control);
	h->seats[r].control = -1;
	h->seats[r].pid = 0;
	h->seats[r].ready = false;
}
