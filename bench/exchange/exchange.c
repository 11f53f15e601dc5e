/*
 * A processor tells 5,000 principals, each its own part, over mutual TLS; the principals' offices are served by one node on the
 * same machine. Counts receipted messages a second, from the first byte sent to the last receipt on record.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "door/exchange/exchange.h"

#define OFFICES 5000

static const struct act_kind *const kinds[] = { case_kinds, partner_kinds, thread_act_kinds, NULL };
static const struct actor lead = { S_INIT("op-2"), S_INIT("lead"), S_INIT("") };
static const struct actor chief = { S_INIT("op-1"), S_INIT("chief"), S_INIT("") };

static double seconds(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Time of the processor: what other work on the machine takes away does not count. */
static double worked(int who)
{
	struct rusage u;

	(void)getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static msec clock_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (msec)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

#define MUST(c, expr) do { \
	rc r_ = (expr); \
	if (r_ != OK) { \
		fprintf(stderr, "%s: %s %s\n", #expr, rc_word(r_), (c)->fault.key ? (c)->fault.key : ""); \
		exit(1); \
	} \
} while (0)

struct side {
	char dir[256];
	slice name;
	struct node *n;
	struct exchange_keys keys;
	struct exchange x;
	struct line_keys *lk;
};

static void make(struct ctx *c, const char *root, const char *what, const char *cls, const struct gate *g, const struct thread_kinds *k,
                 struct side *s)
{
	struct node_options o = { .name = slice_of(what) };
	struct act act;
	int64_t seq;

	(void)snprintf(s->dir, sizeof s->dir, "%s/%s", root, what);
	s->name = o.name;
	MUST(c, node_create(c, s->dir, &o));
	MUST(c, node_open(c, s->dir, kinds, &s->n));
	MUST(c, exchange_keys_create(c, s->dir, s->name));
	MUST(c, house_act(c, g, &chief, slice_of(cls), S_NONE, &act));
	MUST(c, node_append(c, s->n, &act, &seq));
	s->x = (struct exchange){ .g = g, .kinds = k, .keys = &s->keys };
}

static void open_side(struct ctx *c, struct side *s)
{
	const char *key, *cert;

	MUST(c, exchange_keys_open(c, s->dir, &s->keys));
	MUST(c, exchange_tls_files(c, &s->keys, exchange_key_at(&s->keys, c->now), &key, &cert));
	MUST(c, line_keys_open(c, key, cert, &s->lk));
	s->x.n = s->n;
}

static struct card card_of(struct ctx *c, struct side *s, slice name)
{
	struct card card;
	struct buf b;

	buf_init(&b, c->a, 65536);
	MUST(c, exchange_card_put(c, &s->keys, name, &b));
	MUST(c, exchange_card_read(c, buf_slice(&b), &card));
	return card;
}

static void add(struct ctx *c, struct side *s, const struct card *card, const char *cls, unsigned port)
{
	struct act acts[GENERATIONS_MOST + 2];
	struct new_partner x = { .cls = slice_of(cls) };
	struct partner p = { 0 };
	int64_t seq;
	size_t n;

	MUST(c, partner_acts_add(c, &chief, card, &x, acts, &n, &p.id));
	MUST(c, partner_act_address(c, &chief, &p, S("127.0.0.1"), port, 0, &acts[n++]));
	MUST(c, node_append_all(c, s->n, acts, n, &seq));
}

static int listener(unsigned *ret_port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 64) != 0 || getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		exit(1);
	*ret_port = ntohs(a.sin_port);
	return fd;
}

static volatile int stop;
static void on_stop(int sig) { (void)sig; stop = 1; }

static struct told *letters(struct ctx *c)
{
	struct told *v = arena_alloc(c->a, OFFICES, sizeof *v);

	for (int i = 0; i < OFFICES; i++) {
		struct buf b;

		buf_init(&b, c->a, 2048);
		buf_putf(&b, "o%04d.offices.example", i);
		v[i].node = buf_slice(&b);
		buf_init(&b, c->a, 2048);
		buf_putf(&b, "{\"fields\":{\"course\":\"6月5日、サーバーが暗号化されました。\",\"persons\":%d,\"items\":[\"氏名\",\"住所\"],"
		         "\"measures\":\"停止し、調査しています。\",\"ask\":\"事務所番号 %d のご確認をお願いします。\"}}", 10 + i, i);
		v[i].content = buf_slice(&b);
	}
	return v;
}

int main(int argc, char **argv)
{
	AUTO_ARENA a = arena_new((size_t)2 << 30);
	struct ctx c = { .a = a, .now = clock_now() };
	char root[256];
	struct post_tally t = { 0 };
	struct side from, to;
	struct thread_kinds k;
	const struct gate *g;
	struct told *v;
	unsigned port;
	size_t sent;
	double t0, t1, t2, cpu;
	pid_t pid;
	int fd;

	/* the folder decides how long a flush takes; a key for each of 5,000 threads is a flush each at the receiver */
	(void)snprintf(root, sizeof root, "%s/renkei-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
	if (!a || !mkdtemp(root))
		return 1;
	MUST(&c, gate_load(&c, SOURCE_ROOT, &g));
	MUST(&c, thread_kinds_load(&c, SOURCE_ROOT, g, &k));
	fd = listener(&port);
	make(&c, root, "processor.example", "processor", g, &k, &from);
	make(&c, root, "offices.example", "principal", g, &k, &to);
	open_side(&c, &from);
	open_side(&c, &to);
	v = letters(&c);
	for (int i = 0; i < OFFICES; i++) {
		struct card card = card_of(&c, &to, v[i].node);

		add(&c, &from, &card, "principal", port);
	}
	{
		struct card card = card_of(&c, &from, from.name);

		add(&c, &to, &card, "processor", port);
	}
	MUST(&c, node_close(&c, to.n));
	pid = fork();
	if (pid == 0) {
		(void)signal(SIGTERM, on_stop);
		MUST(&c, node_open(&c, to.dir, kinds, &to.n));
		to.x.n = to.n;
		MUST(&c, post_serve(&c, &to.x, to.lk, fd, clock_now, &stop));
		MUST(&c, node_close(&c, to.n));
		_exit(0);
	}
	cpu = worked(RUSAGE_SELF);
	t0 = seconds();
	MUST(&c, told_send(&c, &from.x, &lead, &chief, S("notice"), S("c-bench"), v, OFFICES, &sent));
	t1 = seconds();
	c.now = clock_now();
	MUST(&c, post_run(&c, &from.x, from.lk, clock_now, &t));
	t2 = seconds();
	cpu = worked(RUSAGE_SELF) - cpu;
	printf("disclosed %zu in %.2f s (%.0f/s); receipted %zu in %.2f s (%.0f/s); failed %zu; both together %.0f/s\n", sent, t1 - t0,
	       (double)sent / (t1 - t0), t.settled, t2 - t1, (double)t.settled / (t2 - t1), t.failed, (double)t.settled / (t2 - t0));
	(void)kill(pid, SIGTERM);
	(void)waitpid(pid, NULL, 0);
	cpu += worked(RUSAGE_CHILDREN);
	printf("%.2f s of processor time for both ends: %.0f/s for each core\n", cpu, (double)t.settled / cpu);
	MUST(&c, node_close(&c, from.n));
	return t.settled == OFFICES ? 0 : 1;
}
