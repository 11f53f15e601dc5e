#include "door/cli/cli_node.h"

#include "work/case/case.h"
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
#include "work/screen/screening.h"
#include "work/thread/thread.h"

#include "base/banned.h"

const struct act_kind *const house_kinds[] = {
	case_kinds,
	deid_kinds,
	duty_kinds,
	evidence_kinds,
	held_kinds,
	motion_kinds,
	notice_kinds,
	partner_kinds,
	people_kinds,
	report_kinds,
	screening_kinds,
	select_kinds,
	signin_kinds,
	thread_act_kinds,
	watch_kinds,
	NULL,
};

static rc store_folder(struct ctx *c, const struct call *in, const char **ret)
{
	if (!in->app->store || !in->app->store[0])
		return FAIL(c, E_INVALID, "node.no_store");
	*ret = in->app->store;
	return OK;
}

static void say_exercise(const struct node *n)
{
	if (node_is_exercise(n))
		(void)fputs("renkei: EXERCISE (訓練): this node was made for exercises; nothing here is real\n", stderr);
}

static rc hand_over(struct ctx *c, const struct call *in, bool write, struct node **n, struct node **ret)
{
	if (write && in->app->now && !node_is_exercise(*n))
		return FAIL(c, E_DENIED, "node.now");
	say_exercise(*n);
	*ret = *n;
	*n = NULL;
	return OK;
}

rc cli_node_look(struct ctx *c, const struct call *in, struct node **ret)
{
	AUTO_NODE n = NULL;
	const char *dir;

	TRY(store_folder(c, in, &dir));
	TRY(node_open_stale(c, dir, house_kinds, NULL, &n));
	return hand_over(c, in, true, &n, ret);
}

rc cli_node_open(struct ctx *c, const struct call *in, bool write, struct node **ret)
{
	AUTO_NODE n = NULL;
	const char *dir;

	TRY(store_folder(c, in, &dir));
	TRY(node_open(c, dir, house_kinds, &n));
	return hand_over(c, in, write, &n, ret);
}

rc cli_node_inspect(struct ctx *c, const struct call *in, struct node **ret)
{
	const char *dir;

	TRY(store_folder(c, in, &dir));
	TRY(node_open_inspect(c, dir, house_kinds, ret));
	say_exercise(*ret);
	return OK;
}

rc cli_japanese(struct ctx *c, const struct call *in, bool *ret)
{
	const char *lang = call_value(in, "lang");

	if (lang && strcmp(lang, "ja") != 0 && strcmp(lang, "en") != 0)
		return FAIL(c, E_INVALID, "cli.lang");
	*ret = lang && strcmp(lang, "ja") == 0;
	return OK;
}
