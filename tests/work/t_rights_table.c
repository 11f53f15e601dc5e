/* people/rights.yaml and the roles of the acts: the table never gives what the record would refuse, and leaves no act out. */
#include "tests/support.h"

#include "core/people/people.h"
#include "work/case/evidence.h"
#include "work/deid/deid_record.h"
#include "work/duty/duty.h"
#include "work/notice/notice.h"
#include "work/partner/motion.h"
#include "work/partner/partner.h"
#include "work/report/filing.h"
#include "work/select/held.h"
#include "work/select/review.h"
#include "work/select/watch_held.h"
#include "work/thread/thread.h"

static const struct act_kind *const kinds[] = {
	case_kinds, deid_kinds, duty_kinds, evidence_kinds, held_kinds, motion_kinds, notice_kinds, partner_kinds, people_kinds,
	signin_kinds, report_kinds, select_kinds,
	thread_act_kinds, watch_kinds, NULL,
};

static bool has_word(const char *words, slice word)
{
	slice rest = slice_of(words), one;

	while (slice_next(&rest, ' ', &one))
		if (slice_eq(one, word))
			return true;
	return false;
}

/* Acts of one's own account go by the words "self:…". */
static bool is_left_out(const struct act_kind *k)
{
	static const char *const own[] = { "secret.set", "session.begin", NULL };

	for (size_t i = 0; own[i]; i++)
		if (strcmp(k->act, own[i]) == 0)
			return true;
	return !k->roles || k->flags & ACT_SYSTEM || k->act[0] == '*';
}

static void the_table_stays_inside_the_roles_of_the_acts(void **state)
{
	struct ctx *c = *state;
	const struct rights *r;

	assert_ok(c, rights_load(c, SOURCE_ROOT, &r));
	for (size_t i = 0; kinds[i]; i++)
		for (const struct act_kind *k = kinds[i]; k->act; k++) {
			bool any = false;

			for (const struct role *role = role_table; role->word; role++) {
				bool may = rights_has(r, slice_of(role->word), slice_of(k->act));

				any = any || may;
				if (may && k->roles && !has_word(k->roles, slice_of(role->word)))
					fail_msg("%s: the record refuses %s", k->act, role->word);
			}
			if (!any && !is_left_out(k))
				fail_msg("%s: nobody may", k->act);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = { WORK_TEST(the_table_stays_inside_the_roles_of_the_acts) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
