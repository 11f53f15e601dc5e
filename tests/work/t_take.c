#include "tests/support.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "work/select/take.h"

#define CORPUS SOURCE_ROOT "/fuzz/corpus/doc"

static void assert_same(const struct doc *got, const struct doc *want)
{
	assert_int_equal(got->n, want->n);
	assert_int_equal(got->unread, want->unread);
	assert_int_equal(got->charset, want->charset);
	for (size_t i = 0; i < want->n; i++) {
		const struct doc_part *a = &got->parts[i], *b = &want->parts[i];

		assert_slice(a->path, b->path);
		assert_slice(a->text, b->text);
		assert_int_equal(a->kind, b->kind);
		assert_true(a->whole == b->whole && a->mail == b->mail && a->plain == b->plain && a->pdf == b->pdf && a->cover == b->cover);
	}
}

/* Alone, one after the other in the same child, and without a cage: the same parts, or the same fault. */
static void what_comes_out_of_a_cage_is_what_went_in(void **state)
{
	struct ctx *c = *state;
	struct dirent **names;
	struct cage_stay *texts;
	int n = scandir(CORPUS, &names, NULL, alphasort), left = 0, read = 0;

	assert_true(n > 10);
	assert_ok(c, cage_stay_new(c, &document_cage, &texts));
	for (int i = 0; i < n; i++) {
		struct ctx w = { .a = arena_new((size_t)1 << 30), .now = c->now };
		char path[512];
		struct doc plain, alone, many, few;
		slice bytes, name = slice_of(names[i]->d_name);

		assert_true(snprintf(path, sizeof path, "%s/%s", CORPUS, names[i]->d_name) < (int)sizeof path);
		if (names[i]->d_name[0] != '.') {
			rc r;

			assert_ok(&w, file_read(&w, path, 1 << 22, &bytes));
			bytes = slice_sub(bytes, 1, bytes.len);   /* the first one tells f_doc.c which name it has */
			r = doc_take(&w, bytes, name, &plain);
			assert_int_equal(take_caged(&w, bytes, name, &alone), r);
			assert_int_equal(take_among_many(&w, texts, bytes, name, &many), r);
			if (r == OK) {
				assert_same(&alone, &plain);
				assert_same(&many, &plain);
				read++;
			}
			if (doc_take_text(&w, bytes, name, &few) == OK && few.left)
				left++;
		}
		arena_free(w.a);
		free(names[i]);
	}
	free(names);
	if (read <= 10 || left <= 3)
		fail_msg("%d read, %d left of %d", read, left, n);
}

static void a_mail_goes_to_a_child_of_its_own_for_what_is_attached(void **state)
{
	struct ctx *c = *state;
	slice text = S("From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\n203.0.113.7\r\n");
	slice zip = S("From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nContent-Type: application/zip\r\n"
		"Content-Transfer-Encoding: base64\r\n\r\nUEsDBGdhcmJhZ2U=\r\n");
	struct doc d;

	assert_ok(c, doc_take_text(c, text, S("a.eml"), &d));
	assert_false(d.left);
	assert_int_equal(d.n, 3);
	assert_ok(c, doc_take_text(c, zip, S("a.eml"), &d));
	assert_true(d.left);
	assert_false(doc_is_container(text));
	assert_true(doc_is_container(S("PK\003\004")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(what_comes_out_of_a_cage_is_what_went_in),
		WORK_TEST(a_mail_goes_to_a_child_of_its_own_for_what_is_attached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
