#include "tests/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wire.h"
#include "core/record/record.h"
#include "door/serve/message.h"
#include "door/serve/outbox.h"

static void fields_come_back_and_nothing_may_be_left_over(void **state)
{
	struct ctx *c = *state;
	unsigned char raw[4];
	struct buf b;
	slice rest, s;
	uint64_t n;

	buf_init(&b, c->a, 1024);
	wire_put_u64(&b, UINT64_MAX);
	wire_put_bytes(&b, S("abc"));
	wire_put_hash(&b, (const unsigned char *)"wxyz", 4);
	rest = buf_slice(&b);
	assert_ok(c, wire_get_u64(c, &rest, UINT64_MAX, &n));
	assert_true(n == UINT64_MAX);
	assert_ok(c, wire_get_bytes(c, &rest, 3, &s));
	assert_slice(s, S("abc"));
	assert_fault(c, wire_end(c, rest), E_INVALID, "wire.form");
	assert_ok(c, wire_get_raw(c, &rest, raw, 4));
	assert_ok(c, wire_end(c, rest));
	for (size_t cut = 0; cut < b.len; cut++) {
		rest = slice_sub(buf_slice(&b), 0, cut);
		assert_true(wire_get_u64(c, &rest, UINT64_MAX, &n) != OK || wire_get_bytes(c, &rest, 3, &s) != OK ||
		            wire_get_raw(c, &rest, raw, 4) != OK);
	}
}

static void a_length_beyond_the_body_is_refused(void **state)
{
	struct ctx *c = *state;
	struct buf b;
	slice rest, s;

	buf_init(&b, c->a, 64);
	wire_put_u64(&b, 100);
	buf_put(&b, S("short"));
	rest = buf_slice(&b);
	assert_fault(c, wire_get_bytes(c, &rest, 1000, &s), E_INVALID, "wire.form");
	rest = buf_slice(&b);
	assert_fault(c, wire_get_bytes(c, &rest, 10, &s), E_INVALID, "wire.form");
}

static void a_fault_travels_with_its_key_and_place_and_an_unknown_key_is_a_lie(void **state)
{
	struct ctx *c = *state, other = { .a = c->a };
	struct buf b;

	(void)FAIL(&other, E_DENIED, "keep.gone");
	fault_name(&other, S("k-1"));
	buf_init(&b, c->a, 1024);
	wire_put_fault(&b, &other, E_DENIED);
	assert_fault(c, wire_get_fault(c, buf_slice(&b)), E_DENIED, "keep.gone");
	assert_string_equal(c->fault.name, "k-1");
	other.fault.key = "no.such.key";
	buf_reset(&b);
	wire_put_fault(&b, &other, E_DENIED);
	assert_fault(c, wire_get_fault(c, buf_slice(&b)), E_BUG, "wire.form");
}

static void frames_and_descriptors_pass_a_channel_in_order(void **state)
{
	struct ctx *c = *state;
	struct wire_pipe in;
	struct wire_frame f;
	struct stat st;
	int pair[2], file = open("/dev/null", O_RDONLY);

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	wire_pipe_init(&in, pair[1], 1024);
	for (uint64_t i = 0; i < 5; i++)
		assert_ok(c, wire_send(c, pair[0], &(struct wire_frame){ .type = i % 2 ? MSG_CONN : MSG_CALL, .number = i,
			.body = S("body"), .fd = i % 2 ? file : -1 }));
	for (uint64_t i = 0; i < 5;) {
		assert_true(wire_pipe_fill(&in));
		while (wire_pipe_next(&in, message_has_fd, &f) > 0) {
			assert_int_equal(f.number, i);
			assert_slice(f.body, S("body"));
			assert_int_equal(f.fd >= 0, i % 2);
			if (f.fd >= 0) {
				assert_int_equal(fstat(f.fd, &st), 0);
				(void)close(f.fd);
			}
			i++;
		}
	}
	(void)close(pair[0]);
	assert_false(wire_pipe_fill(&in));
	wire_pipe_close(&in);
	(void)close(file);
}

static void a_frame_longer_than_its_channel_allows_breaks_it(void **state)
{
	struct ctx *c = *state;
	struct wire_pipe in;
	struct wire_frame f;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	wire_pipe_init(&in, pair[1], 3);
	assert_ok(c, wire_send(c, pair[0], &(struct wire_frame){ .type = MSG_CALL, .body = S("four"), .fd = -1 }));
	assert_true(wire_pipe_fill(&in));
	assert_int_equal(wire_pipe_next(&in, message_has_fd, &f), -1);
	/* a type that must bring a descriptor and brings none */
	in.most = 1024;
	assert_ok(c, wire_send(c, pair[0], &(struct wire_frame){ .type = MSG_CONN, .body = S("x"), .fd = -1 }));
	assert_true(wire_pipe_fill(&in));
	assert_int_equal(wire_pipe_next(&in, message_has_fd, &f), 1);
	assert_int_equal(wire_pipe_next(&in, message_has_fd, &f), -1);
	wire_pipe_close(&in);
	(void)close(pair[0]);
}

static void every_message_is_legal_only_from_its_side_and_in_its_state(void **state)
{
	static const enum channel_state states[] = { STATE_FREE, STATE_ASKED, STATE_MANY };
	size_t legal = 0;

	(void)state;
	for (int ch = 0; ch <= CHANNELS; ch++)
		for (int side = 0; side < 2; side++)
			for (size_t k = 0; k < 3; k++)
				for (uint32_t type = 0; type < 0x1000; type++) {
					struct wire_frame f = { .type = type, .fd = message_has_fd(type) ? 0 : -1 };
					enum channel_state now = states[k];

					legal += message_legal((enum channel)ch, side, &f, &now);
				}
	assert_int_equal(legal, message_rules_count);
	{
		struct wire_frame seal = { .type = FAR_KEEP_SEAL, .fd = -1 }, answer = { .type = MSG_ANSWER, .fd = -1 };
		enum channel_state now = STATE_FREE;

		assert_false(message_legal(CHANNEL_KEEP, false, &answer, &now));   /* an answer that nobody asked for */
		assert_true(message_legal(CHANNEL_KEEP, true, &seal, &now));
		assert_false(message_legal(CHANNEL_KEEP, true, &seal, &now));      /* a second question */
		assert_false(message_legal(CHANNEL_SIGN, true, &seal, &now));      /* over another channel */
		assert_true(message_legal(CHANNEL_KEEP, false, &answer, &now));
	}
}

/* ---- keeper and signer through their messages ---- */

struct both { struct keep *keep; struct signer *sign; };

static rc ask(struct ctx *c, void *to, uint32_t type, slice body, slice *ret)
{
	struct both *b = to;
	struct buf reply;

	buf_init(&reply, c->a, (size_t)20 << 20);
	TRY(type >> 8 == 4 ? keep_serve(c, b->keep, type, body, &reply) : sign_serve(c, b->sign, type, body, &reply));
	return buf_done(c, &reply, ret);
}

static void keeper_and_signer_answer_through_messages_as_they_do_beside_us(void **state)
{
	char dir[] = "/tmp/renkei-wire-XXXXXX", keep_dir[64], sign_dir[64];
	struct both both = { 0 };
	struct far_door door = { .to = &both, .ask = ask };
	struct keep *far = NULL;
	struct signer *signer = NULL;
	struct ctx *c = *state;
	struct sealed s;
	struct seal seal = { .alg = S("xc20p"), .key = S("k-c-1") };
	slice key = S("k-c-1"), plain, note;
	struct hash root = { { 1 } }, last;
	int64_t epoch[2];
	uint64_t size;

	assert_non_null(mkdtemp(dir));
	(void)snprintf(keep_dir, sizeof keep_dir, "%s/keep", dir);
	(void)snprintf(sign_dir, sizeof sign_dir, "%s/sign", dir);
	assert_ok(c, keep_create(c, keep_dir));
	assert_ok(c, keep_open(c, keep_dir, &both.keep));
	assert_ok(c, sign_create(c, sign_dir, S("a.example/renkei/record/1")));
	assert_ok(c, sign_open(c, sign_dir, &both.sign));
	assert_ok(c, keep_open_far(c, &door, &far));
	assert_ok(c, sign_open_far(c, &door, &signer));
	assert_slice(sign_vkey(signer), sign_vkey(both.sign));

	assert_ok(c, keep_seal(c, far, key, S("aad"), S("平文"), &s));
	memcpy(seal.n, s.n, sizeof s.n);
	memcpy(seal.kc, s.kc, sizeof s.kc);
	assert_ok(c, keep_unseal(c, far, &seal, S("aad"), s.ct, &plain));
	assert_slice(plain, S("平文"));
	assert_ok(c, keep_unseal(c, both.keep, &seal, S("aad"), s.ct, &plain));
	assert_fault(c, keep_unseal(c, far, &seal, S("other"), s.ct, &plain), E_TAMPER, "keep.seal");
	assert_ok(c, keep_destroy(c, far, &key, 1, epoch));
	assert_int_equal(epoch[1], epoch[0] + 1);
	assert_int_equal(keep_epoch(far), epoch[1]);
	assert_fault(c, keep_unseal(c, far, &seal, S("aad"), s.ct, &plain), E_DENIED, "keep.gone");

	assert_ok(c, sign_checkpoint(c, signer, 0, 1, &root, NULL, 0, &note));
	assert_ok(c, sign_last(c, signer, &size, &last, &note));
	assert_int_equal(size, 1);
	assert_memory_equal(last.b, root.b, 32);
	root.b[0] = 2;
	assert_fault(c, sign_checkpoint(c, signer, 1, 1, &root, NULL, 0, &note), E_TAMPER, "record.forked");
	keep_close(far);
	sign_close(signer);
	keep_close(both.keep);
	sign_close(both.sign);
}

static void a_mail_keeps_its_form_whatever_stands_in_it(void **state)
{
	struct mail m = { .to = { S("a@example.jp"), S("b@example.jp") }, .nto = 2, .id = S("n-1"),
		.subject = S("個人データの漏えい等報告（速報）の期限は明日です。ご確認ください。"), .text = S("本文\n.\nQUIT\n") }, got;
	struct ctx *c = *state;
	struct buf b;
	slice text;

	buf_init(&b, c->a, 65536);
	outbox_put_mail(&b, &m);
	assert_ok(c, outbox_get_mail(c, buf_slice(&b), &got));
	assert_int_equal(got.nto, 2);
	assert_slice(got.subject, m.subject);
	assert_ok(c, mail_compose(c, &got, S("renkei@example.jp"), 1795219200000, &text));
	assert_true(slice_find(text, S("\r\nDate: "), 0) == SIZE_MAX);   /* it is the first line */
	assert_true(slice_starts(text, S("Date: Sat, 21 Nov 2026 00:00:00 +0000\r\n")));
	assert_true(slice_find(text, S("Message-ID: <n-1@example.jp>\r\n"), 0) != SIZE_MAX);
	assert_true(slice_find(text, S("QUIT"), 0) == SIZE_MAX);
	for (size_t i = 0, line = 0; i < text.len; i++, line++) {
		assert_true((unsigned char)text.p[i] < 128);
		if (text.p[i] == '\n')
			line = 0;
		assert_true(line <= 78);
	}
	m.to[0] = S("a@example.jp>\r\nBcc: <x@example.jp");
	assert_fault(c, mail_compose(c, &m, S("renkei@example.jp"), 0, &text), E_INVALID, "mail.address");
	m.to[0] = S("a@example.jp");
	m.subject = S("x\r\nBcc: y");
	assert_fault(c, mail_compose(c, &m, S("renkei@example.jp"), 0, &text), E_INVALID, "mail.subject");
}

static void a_log_line_has_no_room_for_foreign_text(void **state)
{
	const struct log_field fields[] = { NUM("status", 200), WORD("why", "form"), ID("case", S("c-1")), ID("evil", S("山田 x=1\n")),
		MS("took", 3) };
	char line[256];
	size_t n = log_format(line, sizeof line, 1795219200123, "web", "http.request", fields, 5);

	(void)state;
	assert_slice(((slice){ line, n }), S("time=2026-11-21T00:00:00.123Z role=web event=http.request status=200 why=form case=c-1 "
		"evil=? took=3ms\n"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WORK_TEST(fields_come_back_and_nothing_may_be_left_over),
		WORK_TEST(a_length_beyond_the_body_is_refused),
		WORK_TEST(a_fault_travels_with_its_key_and_place_and_an_unknown_key_is_a_lie),
		WORK_TEST(frames_and_descriptors_pass_a_channel_in_order),
		WORK_TEST(a_frame_longer_than_its_channel_allows_breaks_it),
		WORK_TEST(every_message_is_legal_only_from_its_side_and_in_its_state),
		WORK_TEST(keeper_and_signer_answer_through_messages_as_they_do_beside_us),
		WORK_TEST(a_mail_keeps_its_form_whatever_stands_in_it),
		WORK_TEST(a_log_line_has_no_room_for_foreign_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
