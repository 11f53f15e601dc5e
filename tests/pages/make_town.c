/*
 * Makes a node for the tests of the pages: TOWN=FOLDER TOWN_JSON=FILE make_town; with TOWN_NEIGHBOURS=FILE it has partners, and the
 * file says which case and what came from them; with
 * TOWN_ROUTES=FILE the routes are written there, one a line.
 */
#include <time.h>

#include "door/http/route.h"
#include "tests/pages/neighbours.h"

/* The route table for the tests that visit every page: a new route that none of them knows is found missing. */
static void put_routes(void)
{
	FILE *f = fopen(getenv("TOWN_ROUTES"), "w");

	assert_non_null(f);
	for (const struct route *r = route_table; r->path; r++)
		fprintf(f, "%s %s %s\n", r->method == GET ? "GET" : "POST", r->path, r->may ? r->may : "-");
	assert_int_equal(fclose(f), 0);
}

static void make(void **state)
{
	struct ctx *c = *state;
	struct neighbours w;
	struct json_out o;
	struct town t;
	struct buf b;

	town_make(c, &t, getenv("TOWN"));
	if (getenv("TOWN_NEIGHBOURS"))
		neighbours_make(c, &t, &w);
	buf_init(&b, c->a, 65536);
	o = json_out_on(&b);
	jo_object(&o);
	for (size_t i = 0; i < PEOPLE; i++) {
		jo_key(&o, slice_of(town_people[i].login));
		jo_object(&o);
		jo_kv_text(&o, "role", slice_of(town_people[i].role));
		jo_kv_text(&o, "section", slice_of(town_people[i].section ? town_people[i].section : ""));
		jo_kv_text(&o, "password", TOWN_PASSWORD);
		jo_kv_text(&o, "secret", town_people[i].secret);
		jo_kv_text(&o, "token", town_people[i].token);
		jo_end_object(&o);
	}
	jo_end_object(&o);
	if (getenv("TOWN_ROUTES"))
		put_routes();
	if (getenv("TOWN_NEIGHBOURS")) {
		FILE *f = fopen(getenv("TOWN_NEIGHBOURS"), "w");

		assert_non_null(f);
		fprintf(f, "{\"case\":\"%.*s\",\"thread\":\"%.*s\",\"env\":\"%.*s\",\"recalled\":\"%.*s\",\"recalled_env\":\"%.*s\"}\n",
		        S_ARG(w.case_num), S_ARG(w.alert), S_ARG(w.env), S_ARG(w.recalled), S_ARG(w.recalled_env));
		assert_int_equal(fclose(f), 0);
		neighbours_end(c, &w);
	}
	assert_ok(c, node_close(c, t.n));
	packs_close(t.app.packs);
	{
		FILE *f = fopen(getenv("TOWN_JSON"), "w");

		assert_non_null(f);
		assert_int_equal(fwrite(b.p, 1, b.len, f), b.len);
		assert_int_equal(fclose(f), 0);
	}
}

static int now_begin(void **state)
{
	struct timespec ts;
	int r = work_begin(state);

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	/* a moment ago, so that the first codes of the tests are not taken for used ones */
	((struct ctx *)*state)->now = (msec)ts.tv_sec * 1000 - 120000;
	return r;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test_setup_teardown(make, now_begin, work_end) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
