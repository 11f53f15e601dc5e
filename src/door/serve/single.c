#include "door/serve/serve.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "core/record/record.h"
#include "door/serve/conn.h"
#include "door/serve/listen.h"
#include "door/serve/web.h"

#include "base/banned.h"

struct plain {
	struct web *w;
	struct node *n;
	struct arena *a;         /* of one call */
	const struct app *app;
	msec ahead;              /* of the clock: --now */
	bool stop;
};

static msec clock_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (msec)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void perform(void *to, struct web *w, uint64_t number, enum web_asks what, slice call)
{
	struct plain *p = to;
	struct ctx c = { .a = p->a, .now = clock_now() + p->ahead, .ahead = p->ahead, .app = p->app };
	slice reply;

	(void)what;   /* no listener for other nodes here */
	arena_reset(p->a);
	web_answer(w, number, http_perform(&c, p->n, call, &reply) == OK ? reply : S_NONE);
}

static void on_listen(void *to, int fd)
{
	struct plain *p = to;
	char peer[INET6_ADDRSTRLEN];

	for (int got = endpoint_accept(fd, peer); got >= 0; got = endpoint_accept(fd, peer))
		web_take(p->w, got, slice_of(peer), false, S_NONE);
}

static void on_signal(void *to, int fd)
{
	struct signalfd_siginfo info;

	(void)!read(fd, &info, sizeof info);
	((struct plain *)to)->stop = true;
}

static rc open_signals(struct ctx *c, int *ret)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	*ret = signalfd(-1, &set, SFD_CLOEXEC);
	return *ret < 0 ? FAIL_SYS(c, "serve.socket") : OK;
}

static rc loop(struct ctx *c, struct plain *p, int listen_fd, int signals)
{
	TRY(web_watch(c, p->w, listen_fd, on_listen, p));
	TRY(web_watch(c, p->w, signals, on_signal, p));
	while (!p->stop)
		TRY(web_round(c, p->w, 500));
	web_unwatch(p->w, listen_fd);
	web_drain(p->w);
	for (int i = 0; i < 20 && web_connections(p->w) > 0; i++)
		TRY(web_round(c, p->w, 100));
	return OK;
}

static rc serve_on(struct ctx *c, const struct serve_call *call, struct node *n, int listen_fd)
{
	struct plain p = { .n = n, .ahead = c->now - clock_now(), .app = c->app };
	AUTO_FD signals = -1;
	rc r;

	TRY(open_signals(c, &signals));
	p.a = arena_new(LIMIT_ARENA_COMMAND);
	if (!p.a)
		return FAIL(c, E_NOMEM, "memory.limit");
	r = web_new(c, &call->set->limits, (struct web_core){ .to = &p, .ask = perform }, &p.w);
	if (r == OK) {
		p.w->operation.single = true;
		web_hosts(p.w, slice_of(call->set->hosts));
		r = loop(c, &p, listen_fd, signals);
		web_free(p.w);
	}
	arena_free(p.a);
	return r;
}

rc serve_single(struct ctx *c, const struct serve_call *call, struct node *n)
{
	struct endpoint e;
	struct buf url;
	AUTO_FD fd = -1;

	TRY(endpoint_parse(c, slice_of(call->set->listen[LISTENER_MAIN]), &e));
	if (!e.loopback)
		return FAIL(c, E_DENIED, "serve.plain");
	TRY(endpoint_listen(c, &e, &fd));
	buf_init(&url, c->a, 256);
	buf_putf(&url, "http://%s/", e.text);
	buf_putc(&url, '\0');
	TRY(call->say(c, url.p));
	return serve_on(c, call, n, fd);
}
