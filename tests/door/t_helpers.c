/* The roles that work for core, each in a process of its own behind its walls: parse and out. */
#include "tests/support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "base/wire.h"
#include "door/serve/outbox.h"
#include "door/serve/parse.h"
#include "door/serve/station.h"
#include "work/select/pdf.h"
#include "work/select/take.h"

struct helper { pid_t pid; struct station s; };

static struct settings set;

static struct helper start(enum process role, enum channel ch, rc (*fn)(struct ctx *, struct station *))
{
	struct helper h = { .s = { .role = ROLE_CORE, .set = &set, .control = -1 } };
	int control[2], channel[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, control), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, channel), 0);
	for (int i = 0; i < CHANNELS; i++)
		h.s.channel[i] = -1;
	h.pid = fork();
	if (h.pid == 0) {
		struct ctx c = { .a = arena_new((size_t)1 << 30) };
		struct station s = h.s;

		(void)close(control[0]);
		(void)close(channel[0]);
		s.role = role;
		s.control = control[1];
		s.channel[ch] = channel[1];
		_exit(fn(&c, &s) == OK ? 0 : 1);
	}
	(void)close(control[1]);
	(void)close(channel[1]);
	h.s.control = control[0];
	h.s.channel[ch] = channel[0];
	return h;
}

static void stop(struct ctx *c, struct helper *h, int want)
{
	int status;

	assert_ok(c, wire_send(c, h->s.control, &(struct wire_frame){ .type = MSG_STOP, .fd = -1 }));
	assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), want);
	(void)close(h->s.control);
}

static void a_foreign_file_is_taken_apart_behind_walls(void **state)
{
	struct helper h = start(ROLE_PARSE, CHANNEL_PARSE, role_parse);
	struct cage_door door = parse_door(&h.s);
	struct ctx *c = *state;
	struct doc d;

	c->cage = &door;
	for (int i = 0; i < 3; i++) {
		assert_ok(c, take_caged(c, S("From: a@example.jp\r\nSubject: x\r\n\r\nsee 192.0.2.7\r\n"), S("mail.eml"), &d));
		assert_true(d.n > 0);
	}
	/* an archive that is none is a finding about the file, not the end of the role */
	(void)!take_caged(c, S("PK\x03\x04garbage"), S("a.zip"), &d);
	assert_ok(c, take_caged(c, S("plain"), S("a.txt"), &d));
	stop(c, &h, 0);
}

static const char one_page[] =
	"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
	"4 0 obj<</Length 44>>stream\nBT /F 12 Tf 10 200 Td (see 192.0.2.7) Tj ET  \nendstream endobj\n"
	"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n";

static void the_text_of_a_pdf_is_read_behind_walls(void **state)
{
	struct helper h = start(ROLE_PARSE, CHANNEL_PARSE, role_parse);
	struct cage_door door = parse_door(&h.s);
	struct ctx *c = *state;
	slice text;

	if (access("/usr/bin/pdftotext", X_OK) == 0 && sandbox_landlock_abi() > 0) {
		c->cage = &door;
		for (int i = 0; i < 3; i++) {
			assert_ok(c, pdf_text(c, slice_of(one_page), &text));
			assert_true(slice_find(text, S("192.0.2.7"), 0) != SIZE_MAX);
		}
		/* what is none is a finding about the file */
		assert_int_equal(pdf_text(c, S("%PDF-1.4 no more"), &text), E_INVALID);
	}
	stop(c, &h, 0);
}

static void a_kind_of_file_that_it_does_not_know_ends_the_role(void **state)
{
	struct helper h = start(ROLE_PARSE, CHANNEL_PARSE, role_parse);
	struct cage_door door = parse_door(&h.s);
	struct ctx *c = *state;
	int status;
	slice got;

	assert_true(door.run(c, door.to, "no-such-kind", S_NONE, S("x"), &got) != OK);
	assert_int_equal(waitpid(h.pid, &status, 0), h.pid);
	assert_int_equal(WEXITSTATUS(status), 1);
}

/* ---- mail ---- */

static void speak(int fd, const char *line) { assert_int_equal(write(fd, line, strlen(line)), strlen(line)); }

/* A mail server for one mail: says yes to all, keeps the lines. */
static size_t serve_mail(int listener, char *got, size_t room)
{
	int fd = accept(listener, NULL, NULL);
	size_t n = 0, line = 0;
	bool data = false;

	assert_true(fd >= 0);
	speak(fd, "220 test\r\n");
	while (n < room - 1 && read(fd, got + n, 1) == 1) {
		if (got[n++] != '\n')
			continue;
		got[n] = '\0';
		if (data && strcmp(got + line, ".\r\n") == 0) {
			data = false;
			speak(fd, "250 kept\r\n");
		} else if (strncmp(got + line, "DATA", 4) == 0) {
			data = true;
			speak(fd, "354 go\r\n");
		} else if (strncmp(got + line, "QUIT", 4) == 0) {
			speak(fd, "221 bye\r\n");
			break;
		} else if (!data) {
			speak(fd, "250 yes\r\n");
		}
		line = n;
	}
	(void)close(fd);
	return n;
}

static int listen_here(uint32_t *ret_port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*ret_port = ntohs(a.sin_port);
	return fd;
}

static void send_job(struct ctx *c, const struct helper *h, struct wire_frame *ret)
{
	const struct mail m = { .to = { S("a@example.jp") }, .nto = 1, .subject = S("期限は明日です"), .text = S("本文"), .id = S("n-1") };
	struct buf b;

	buf_init(&b, c->a, 65536);
	outbox_put_mail(&b, &m);
	assert_ok(c, wire_send(c, h->s.channel[CHANNEL_OUT], &(struct wire_frame){ .type = MSG_SEND, .number = 7, .body = buf_slice(&b), .fd = -1 }));
	if (ret)
		assert_ok(c, wire_recv(c, h->s.channel[CHANNEL_OUT], 4096, 20000, ret));
}

static void a_mail_goes_to_the_server_of_the_settings_and_nowhere_else(void **state)
{
	static char got[65536];
	struct ctx *c = *state;
	struct wire_frame f;
	struct helper h;
	uint32_t port;
	int fd = listen_here(&port);

	set = (struct settings){ .mail_host = "127.0.0.1", .mail_port = port, .mail_tls = MAIL_NONE, .mail_from = "renkei@example.jp" };
	h = start(ROLE_OUT, CHANNEL_OUT, role_out);
	send_job(c, &h, NULL);
	(void)serve_mail(fd, got, sizeof got);
	assert_ok(c, wire_recv(c, h.s.channel[CHANNEL_OUT], 4096, 20000, &f));
	assert_int_equal(f.type, MSG_ANSWER);
	assert_int_equal(f.number, 7);
	assert_non_null(strstr(got, "MAIL FROM:<renkei@example.jp>"));
	assert_non_null(strstr(got, "RCPT TO:<a@example.jp>"));
	assert_non_null(strstr(got, "Subject: =?UTF-8?B?"));
	stop(c, &h, 0);
	(void)close(fd);
}

static void without_a_mail_server_a_job_is_refused_and_with_a_silent_one_it_comes_later(void **state)
{
	struct ctx *c = *state;
	struct wire_frame f;
	struct helper h;
	uint32_t port;
	int fd;

	set = (struct settings){ 0 };
	h = start(ROLE_OUT, CHANNEL_OUT, role_out);
	send_job(c, &h, &f);
	assert_int_equal(f.type, MSG_FAULT);
	assert_int_equal(wire_get_fault(c, f.body), E_DENIED);
	assert_string_equal(c->fault.key, "out.no_mail");
	stop(c, &h, 0);
	fd = listen_here(&port);
	(void)close(fd);   /* nobody is there */
	set = (struct settings){ .mail_host = "127.0.0.1", .mail_port = port, .mail_tls = MAIL_STARTTLS, .mail_from = "renkei@example.jp" };
	h = start(ROLE_OUT, CHANNEL_OUT, role_out);
	send_job(c, &h, &f);
	assert_int_equal(wire_get_fault(c, f.body), E_BUSY);
	assert_string_equal(c->fault.key, "out.later");
	stop(c, &h, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WORK_TEST(a_foreign_file_is_taken_apart_behind_walls),
		WORK_TEST(the_text_of_a_pdf_is_read_behind_walls),
		WORK_TEST(a_kind_of_file_that_it_does_not_know_ends_the_role),
		WORK_TEST(a_mail_goes_to_the_server_of_the_settings_and_nowhere_else),
		WORK_TEST(without_a_mail_server_a_job_is_refused_and_with_a_silent_one_it_comes_later),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
