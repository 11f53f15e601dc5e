#include "tests/support.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "engine/select/pii_passage.h"

#define DOCS SOURCE_ROOT "/tests/data/pii/docs"
#define BLOCK ((size_t)48 << 10)
#define BLOCKS 40

static uint32_t chance(uint32_t *seed, uint32_t most)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % most;
}

static size_t read_docs(struct ctx *c, slice *docs, size_t most)
{
	struct dirent **names;
	int found = scandir(DOCS, &names, NULL, alphasort);
	size_t n = 0;

	assert_true(found > 20);
	for (int i = 0; i < found; i++) {
		char path[512];

		assert_true(snprintf(path, sizeof path, "%s/%s", DOCS, names[i]->d_name) < (int)sizeof path);
		if (names[i]->d_name[0] != '.' && n < most)
			assert_ok(c, file_read(c, path, 1 << 20, &docs[n++]));
		free(names[i]);
	}
	free(names);
	return n;
}

/* Letters in any order, with `change` one of them in five with a letter changed: a block that ends at a line end. */
static slice mixed(struct ctx *c, const slice *docs, size_t n, bool change, uint32_t *seed)
{
	struct buf b;

	buf_init(&b, c->a, BLOCK * 4);
	while (b.len < BLOCK) {
		size_t from = b.len;

		buf_put(&b, docs[chance(seed, (uint32_t)n)]);
		if (change && b.len > from && chance(seed, 5) == 0) {
			size_t at = from + chance(seed, (uint32_t)(b.len - from));

			if ((unsigned char)b.p[at] < 0x80)
				b.p[at] = "7,\n x:\t;"[chance(seed, 8)];
		}
		buf_putc(&b, '\n');
	}
	return buf_slice(&b);
}

static void assert_same(const struct pii_result *got, const struct pii_result *want)
{
	assert_int_equal(got->n_spans, want->n_spans);
	for (size_t i = 0; i < want->n_spans; i++) {
		const struct pii_span *a = &got->spans[i], *b = &want->spans[i];

		assert_true(a->start == b->start && a->end == b->end && a->type == b->type && a->doubt == b->doubt && a->check_failed == b->check_failed);
		assert_string_equal(a->rule, b->rule);
	}
	assert_int_equal(got->n_mails, want->n_mails);
	for (size_t i = 0; i < want->n_mails; i++)
		assert_true(got->mails[i].start == want->mails[i].start && got->mails[i].end == want->mails[i].end && got->mails[i].side == want->mails[i].side);
}

static void passages_from_memory_give_what_their_lines_give(void **state)
{
	struct ctx *c = *state;
	slice docs[100];
	size_t n = read_docs(c, docs, 100);

	for (uint32_t seed = 1; seed <= 3; seed++) {
		struct ctx held = { .a = arena_new((size_t)128 << 20), .now = c->now };
		struct pii_state *with, *without;
		uint32_t s = seed;

		assert_ok(&held, pii_state_new(&held, &with));
		assert_ok(&held, pii_state_new(&held, &without));
		without->passages = NULL;
		for (int i = 0; i < BLOCKS; i++) {
			struct ctx w = { .a = arena_new((size_t)64 << 20), .now = c->now };
			slice block = mixed(&w, docs, n, i % 8 < 4, &s);   /* in the others nothing new is learnt */
			struct pii_result got, want;

			assert_ok(&w, pii_scan(&w, block, NULL, with, &got));
			assert_ok(&w, pii_scan(&w, block, NULL, without, &want));
			assert_same(&got, &want);
			arena_free(w.a);
		}
		/* some of them did come from there */
		assert_true(passages_known(with->passages) > 1000);
		arena_free(held.a);
	}
}

/* Blocks of numbers in lines that never come again: not looked for any more. */
static void where_nothing_comes_again_none_is_looked_for(void **state)
{
	struct ctx *c = *state;
	struct pii_state *s;
	uint32_t seed = 7;

	assert_ok(c, pii_state_new(c, &s));
	for (int i = 0; i < 40; i++) {
		struct ctx w = { .a = arena_new((size_t)64 << 20), .now = c->now };
		struct pii_result got;
		struct buf b;

		buf_init(&b, w.a, BLOCK * 2);
		while (b.len < BLOCK)
			buf_putf(&b, "電話番号: 090-%04u-%04u 生年月日: %u年%u月%u日\n", chance(&seed, 10000), chance(&seed, 10000), 1950 + chance(&seed, 50),
				1 + chance(&seed, 12), 1 + chance(&seed, 28));
		assert_ok(&w, pii_scan(&w, buf_slice(&b), NULL, s, &got));
		assert_true(got.n_spans > 100);
		arena_free(w.a);
	}
	assert_int_equal(passages_known(s->passages), 0);
	assert_true(passages_tried(s->passages) < 4000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(passages_from_memory_give_what_their_lines_give),
		WORK_TEST(where_nothing_comes_again_none_is_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
