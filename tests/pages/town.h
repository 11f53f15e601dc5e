/* A town hall with accounts of every role, and requests into it without a network: understand, perform, render. */
#ifndef TESTS_PAGES_TOWN_H
#define TESTS_PAGES_TOWN_H

#include "tests/support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/people/people_inside.h"
#include "door/app.h"
#include "door/http/http.h"
#include "door/http/packs.h"
#include "work/case/evidence.h"
#include "work/deid/deid_record.h"
#include "work/notice/notice.h"
#include "work/partner/motion.h"
#include "work/report/filing.h"
#include "work/screen/screening.h"
#include "work/select/held.h"
#include "work/select/review.h"
#include "work/select/watch_held.h"
#include "work/thread/thread.h"

static const struct act_kind *const town_kinds[] = {
	case_kinds, deid_kinds, duty_kinds, evidence_kinds, held_kinds, motion_kinds, notice_kinds, partner_kinds, people_kinds,
	signin_kinds, report_kinds, screening_kinds, select_kinds,
	thread_act_kinds, watch_kinds, NULL,
};

#define TOWN_PASSWORD S("kumo to takenoko 7 ban")

struct person {
	const char *login, *role, *name, *section;
	slice account, token, secret;
};

struct town {
	char dir[64];
	struct node *n;
	struct app app;
	struct actor admin;
	slice admin_token;
};

#define PEOPLE 11

#define WHO(login_, role_, name_) { .login = login_, .role = role_, .name = name_ }

static struct person town_people[PEOPLE] = {
	WHO("soukatsu", "chief", "総括 花子"), WHO("hogo", "lead", "保護 太郎"), WHO("hogo2", "lead", "保護 次郎"),
	WHO("tantou", "handler", "担当 桃子"), WHO("kansa", "auditor", "監査 一郎"), WHO("etsuran", "reader", "閲覧 二郎"),
	WHO("kensa", "inspector", "検査 三郎"), WHO("system", "admin", "管理 四郎"),
	{ .login = "zeimu-lead", .role = "lead", .name = "税務 七子", .section = "zeimu" },
	{ .login = "hoken-lead", .role = "lead", .name = "保険 八郎", .section = "hoken" },
	{ .login = "hoken-clerk", .role = "handler", .name = "保険 九子", .section = "hoken" },
};

static inline slice totp_at(struct ctx *c, slice secret, msec now)
{
	struct buf b;
	slice key;

	assert_ok(c, base32_parse(c, secret, &key));
	buf_init(&b, c->a, 16);
	buf_putf(&b, "%06u", totp_code((const unsigned char *)key.p, key.len, now / 30000));
	return buf_slice(&b);
}

static inline void enrol(struct ctx *c, struct town *t, struct person *p)
{
	struct signin in = { 0 };
	struct who w = { 0 };

	assert_ok(c, people_session(c, t->n, p->token, &w));
	if (!w.must_enrol)
		return;
	assert_ok(c, totp_begin(c, &p->secret));
	assert_ok(c, totp_confirm(c, t->n, p->token, p->secret, totp_at(c, p->secret, c->now), &in));
	p->token = in.token;
}

static inline void add_person(struct ctx *c, struct town *t, struct person *p, const char *section)
{
	const struct from_where here = { .source = S("192.0.2.7") };
	struct signin in = { 0 };
	slice code;

	assert_ok(c, account_add(c, t->n, &t->admin, slice_of(p->name), slice_of(p->login), S("someone@town.example"), NULL, &p->account, &code));
	assert_ok(c, grant_add(c, t->n, &t->admin, p->account, slice_of(p->role), slice_of(section), msec_jday(c->now), JDAY_MOST));
	assert_ok(c, signin_invited(c, t->n, SOURCE_ROOT, code, TOWN_PASSWORD, &here, &in));
	p->token = in.token;
	enrol(c, t, p);
}

/* With `dir` (made by the caller, without a node) or a temporary folder. */
static inline void town_make(struct ctx *c, struct town *t, const char *dir)
{
	static int number;
	char name[40];
	struct node_options o = { .exercise = true };
	const struct from_where here = { .source = S("192.0.2.1") };
	struct signin in = { 0 };
	slice admin, code;

	*t = (struct town){ .app = { .data = SOURCE_ROOT } };
	if (dir) {
		(void)snprintf(t->dir, sizeof t->dir, "%s", dir);
		(void)snprintf(name, sizeof name, "town.example");
	} else {
		(void)snprintf(t->dir, sizeof t->dir, "/tmp/renkei-pages-XXXXXX");
		assert_non_null(mkdtemp(t->dir));
		(void)snprintf(name, sizeof name, "town-%d-%d.example", (int)getpid(), number++);
	}
	o.name = slice_of(name);
	if (getenv("RENKEI_PG")) {
		o.backend = BACKEND_PG;
		o.conninfo = getenv("RENKEI_PG");
	}
	assert_ok(c, node_create(c, t->dir, &o));
	assert_ok(c, node_open(c, t->dir, town_kinds, &t->n));
	assert_ok(c, packs_open(c, SOURCE_ROOT, &t->app.packs));
	c->app = &t->app;
	assert_ok(c, people_begin(c, t->n, &admin, &code));
	assert_ok(c, signin_invited(c, t->n, SOURCE_ROOT, code, S("tsuru wa sennen kame wa"), &here, &in));
	t->admin = (struct actor){ .id = admin, .role = S("admin") };
	t->admin_token = in.token;
	assert_ok(c, section_add(c, t->n, &t->admin, S("zeimu"), S("税務課"), S_NONE));
	assert_ok(c, section_add(c, t->n, &t->admin, S("hoken"), S("保険課"), S_NONE));
	for (size_t i = 0; i < PEOPLE; i++)
		add_person(c, t, &town_people[i], town_people[i].section ? town_people[i].section : "");
}

__attribute__((unused)) static inline void town_end(struct ctx *c, struct town *t)
{
	struct verdict v;
	char cmd[128];

	assert_ok(c, record_verify(c, t->n, &v));
	if (!v.good)
		fail_msg("%s %s", v.key, v.table ? v.table : "");
	assert_ok(c, node_close(c, t->n));
	packs_close(t->app.packs);
	(void)snprintf(cmd, sizeof cmd, "rm -rf '%s'", t->dir);
	assert_int_equal((system)(cmd), 0);
}

#endif
