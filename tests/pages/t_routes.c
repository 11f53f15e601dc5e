/* Every route stands for a decision: who may, and whether the section of a case counts. A new row without one fails here. */
#include "tests/support.h"

#include <string.h>

#include "core/people/people.h"
#include "door/http/route.h"

/* Open to who has not signed in, or is still signing in. */
static const char *const open_to_all[] = {
	"/sign-in", "/sign-in/code", "/sign-in/passkey", "/sign-in/oidc", "/sign-in/back", "/sign-out", "/invited", "/enrol", "/passkeys", "/language", "/feed/{token}", NULL,
};

static bool in_list(const char *const *list, const char *word)
{
	for (; *list; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

static const struct right *right_of(const struct rights *r, const char *what)
{
	size_t n;
	const struct right *rows = rights_rows(r, &n);

	for (size_t i = 0; i < n; i++)
		if (slice_is(rows[i].what, what))
			return &rows[i];
	return NULL;
}

static void every_route_asks_for_a_right_that_somebody_has(void **state)
{
	struct ctx *c = *state;
	const struct rights *r;

	assert_ok(c, rights_load(c, SOURCE_ROOT, &r));
	for (const struct route *x = route_table; x->path; x++) {
		const struct right *right = x->may ? right_of(r, x->may) : NULL;

		if (!x->may && !in_list(open_to_all, x->path))
			fail_msg("%s is open to everybody", x->path);
		if (x->may && !right)
			fail_msg("%s asks for %s, which stands in no row", x->path, x->may);
		if (right && !right->self && right->nroles == 0)
			fail_msg("%s: nobody may", x->path);
	}
}

static void what_belongs_to_a_case_is_bound_to_its_section(void **state)
{
	struct ctx *c = *state;
	const struct rights *r;

	assert_ok(c, rights_load(c, SOURCE_ROOT, &r));
	for (const struct route *x = route_table; x->path; x++)
		if (strstr(x->path, "{case}") && right_of(r, x->may)->any_section)
			fail_msg("%s: %s is not bound to a section", x->path, x->may);
}

static void one_path_and_method_stands_once(void **state)
{
	(void)state;
	for (const struct route *x = route_table; x->path; x++)
		for (const struct route *y = route_table; y != x; y++)
			if (x->method == y->method && strcmp(x->path, y->path) == 0)
				fail_msg("%s stands twice", x->path);
}

static void what_can_be_asked_for_by_name_has_a_description(void **state)
{
	(void)state;
	for (const struct route *x = route_table; x->path; x++)
		if (!x->ja || !x->ja[0] || !x->en || !x->en[0])
			fail_msg("%s: what does it do?", x->path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(every_route_asks_for_a_right_that_somebody_has),
		WORK_TEST(what_belongs_to_a_case_is_bound_to_its_section),
		WORK_TEST(one_path_and_method_stands_once),
		WORK_TEST(what_can_be_asked_for_by_name_has_a_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
