/* The acts about people: what their entries hold, who may, what is refused, which rows they make. */
#include "core/people/people_inside.h"

#include "base/banned.h"

rc people_need_account(struct ctx *c, struct store *st, slice id, struct account *ret)
{
	TRY(people_find(c, st, id, ret));
	return ret->state == ACCOUNT_LEFT ? FAIL(c, E_CONFLICT, "people.left") : OK;
}

rc people_need_payload(struct ctx *c, const struct entry *e)
{
	return e->nseals == 1 ? OK : FAIL(c, E_INVALID, "people.sealed");
}

/* Keeps the last one who can give roles and let people in. */
static rc keep_an_admin(struct ctx *c, struct store *st, slice account, jday day)
{
	bool held, other;

	TRY(people_holds(c, st, account, S("admin"), S_NONE, day, &held));
	if (!held)
		return OK;
	TRY(people_has_other(c, st, S("admin"), account, day, &other));
	return other ? OK : FAIL(c, E_CONFLICT, "people.last_admin");
}

/* ---- the beginning, policy ---- */

static const struct member_spec begin_members[] = { { "four_eyes", MEMBER_BOOL, true, NULL }, { 0 } };

static rc begin_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	bool begun;

	(void)payloads;
	TRY(people_begun(c, st, &begun));
	if (begun)
		return FAIL(c, E_CONFLICT, "people.begun");
	return people_need_payload(c, e);
}

static rc policy_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_PEOPLE_META_SET, v_text(S("four_eyes")), v_int(entry_is(e, "four_eyes")));
}

static rc begin_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	TRY(STORE_RUN(c, st, STMT_PEOPLE_META_SET, v_text(S("begun")), v_int(e->seq)));
	TRY(STORE_RUN(c, st, STMT_REVIEW_PUT, v_int(e->seq), v_text(S("rights")), v_text(ORG_UNIT), v_text(e->act),
	              v_text(e->actor.id), v_int(msec_jday(e->at) + REVIEW_YEAR)));
	return policy_project(c, st, e, payloads);
}

/* ---- accounts ---- */

static const struct member_spec add_members[] = { { "login", MEMBER_WORD, true, NULL }, { 0 } };
static const struct member_spec state_members[] = { { "state", MEMBER_WORD, true, NULL }, { 0 } };
static const struct member_spec invite_members[] = {
	{ "hash", MEMBER_WORD, true, NULL }, { "until", MEMBER_INT, true, NULL }, { 0 },
};
static const struct member_spec rename_members[] = { { "login", MEMBER_WORD, false, NULL }, { 0 } };

static rc login_is_free(struct ctx *c, struct store *st, slice tag, slice account)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_ACCOUNT_BY_LOGIN, v_text(tag)));
	return found && !slice_eq(query_text(&q, 0), account) ? FAIL(c, E_CONFLICT, "people.login_taken") : OK;
}

static rc add_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (!slice_starts(e->case_id, S("op-")))
		return FAIL(c, E_INVALID, "people.none");
	TRY(login_is_free(c, st, entry_word(e, "login"), S_NONE));
	return people_need_payload(c, e);
}

static rc add_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_ACCOUNT_INSERT, v_text(e->case_id), v_text(entry_word(e, "login")), v_int(e->seq), v_int(e->at));
}

static rc rename_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice login = entry_word(e, "login");
	struct account a;

	(void)payloads;
	TRY(people_need_account(c, st, e->case_id, &a));
	if (login.len)
		TRY(login_is_free(c, st, login, e->case_id));
	return people_need_payload(c, e);
}

static rc rename_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice login = entry_word(e, "login");

	(void)payloads;
	if (login.len)
		TRY(STORE_RUN(c, st, STMT_ACCOUNT_SET_LOGIN, v_text(e->case_id), v_text(login)));
	return STORE_RUN(c, st, STMT_ACCOUNT_SET_NAME, v_text(e->case_id), v_int(e->seq), v_int(e->at));
}

static bool state_is_known(slice word)
{
	for (size_t i = ACCOUNT_ACTIVE; i < ACCOUNT_STATES; i++)
		if (slice_is(word, account_state_words[i]))
			return true;
	return false;
}

static rc state_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice state = entry_word(e, "state");
	struct account a;

	(void)payloads;
	TRY(people_need_account(c, st, e->case_id, &a));
	if (!state_is_known(state))
		return FAIL(c, E_INVALID, "people.state");
	if (slice_is(state, "active"))
		return a.has_password ? OK : FAIL(c, E_CONFLICT, "people.no_password");
	return keep_an_admin(c, st, e->case_id, msec_jday(e->at));
}

rc people_end_all(struct ctx *c, struct store *st, slice account)
{
	TRY(STORE_RUN(c, st, STMT_SESSION_DROP_ALL, v_text(account), v_text(S_NONE)));
	return STORE_RUN(c, st, STMT_DEVICE_DROP_ALL, v_text(account));
}

static rc state_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_ACCOUNT_SET_STATE, v_text(e->case_id), v_text(entry_word(e, "state")), v_int(e->at)));
	return slice_is(entry_word(e, "state"), "active") ? OK : people_end_all(c, st, e->case_id);
}

static rc invite_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	int64_t until = entry_int(e, "until", 0);
	struct account a;

	(void)payloads;
	TRY(people_need_account(c, st, e->case_id, &a));
	if (a.state == ACCOUNT_SUSPENDED)
		return FAIL(c, E_CONFLICT, "people.not_active");
	return until > e->at && until <= e->at + INVITE_MOST ? OK : FAIL(c, E_INVALID, "token.until");
}

static rc invite_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_ACCOUNT_SET_INVITE, v_text(e->case_id), v_text(entry_word(e, "hash")),
	                 v_int(entry_int(e, "until", 0)));
}

/* ---- grants, deputies, absences ---- */

static const struct member_spec grant_members[] = {
	{ "role", MEMBER_WORD, true, NULL }, { "section", MEMBER_WORD, false, NULL }, { "from_day", MEMBER_INT, true, NULL },
	{ "to_day", MEMBER_INT, true, NULL }, { 0 },
};
static const struct member_spec grant_end_members[] = {
	{ "role", MEMBER_WORD, true, NULL }, { "section", MEMBER_WORD, false, NULL }, { 0 },
};
static const struct member_spec deputy_members[] = {
	{ "deputy", MEMBER_WORD, true, NULL }, { "from_day", MEMBER_INT, true, NULL }, { "to_day", MEMBER_INT, true, NULL },
	{ "standing", MEMBER_BOOL, true, NULL }, { 0 },
};
static const struct member_spec deputy_end_members[] = { { "deputy", MEMBER_WORD, true, NULL }, { 0 } };
static const struct member_spec days_members[] = {
	{ "from_day", MEMBER_INT, true, NULL }, { "to_day", MEMBER_INT, true, NULL }, { 0 },
};

static rc check_days(struct ctx *c, const struct entry *e)
{
	int64_t from = entry_int(e, "from_day", JDAY_MOST), to = entry_int(e, "to_day", JDAY_LEAST);

	return from >= JDAY_LEAST && to <= JDAY_MOST && from <= to ? OK : FAIL(c, E_INVALID, "people.days");
}

/* Nobody takes power by an act of one's own, nor in the name of somebody absent. */
static rc not_for_oneself(struct ctx *c, const struct entry *e, slice who)
{
	return slice_eq(e->actor.id, who) || slice_eq(via_account(e->actor.via), who) ?
	       FAIL(c, E_DENIED, "people.own_grant") : OK;
}

static rc grant_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	const struct role *role = role_find(entry_word(e, "role"));
	slice section = entry_word(e, "section");
	struct account a;

	(void)payloads;
	if (!role || !role->person)
		return FAIL(c, E_INVALID, "role.unknown");
	TRY(people_need_account(c, st, e->case_id, &a));
	TRY(check_days(c, e));
	if (section.len) {
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, st, &q, &found, STMT_SECTION_GET, v_text(section)));
		if (!found || query_int(&q, 0))
			return FAIL(c, E_NOTFOUND, "people.no_section");
	}
	return not_for_oneself(c, e, e->case_id);
}

static rc grant_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_GRANT_PUT, v_text(e->case_id), v_text(entry_word(e, "role")), v_text(entry_word(e, "section")),
	                 v_int(entry_int(e, "from_day", 0)), v_int(entry_int(e, "to_day", 0)), v_int(e->seq));
}

static rc grant_end_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice role = entry_word(e, "role"), section = entry_word(e, "section");
	bool found;

	(void)payloads;
	{
		AUTO_QUERY q = { 0 };

		TRY(STORE_ONE(c, st, &q, &found, STMT_GRANT_GET, v_text(e->case_id), v_text(role), v_text(section)));
		if (!found)
			return FAIL(c, E_NOTFOUND, "people.not_held");
	}
	return slice_is(role, "admin") && section.len == 0 ? keep_an_admin(c, st, e->case_id, msec_jday(e->at)) : OK;
}

static rc grant_end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_GRANT_DROP, v_text(e->case_id), v_text(entry_word(e, "role")), v_text(entry_word(e, "section")));
}

static rc deputy_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice deputy = entry_word(e, "deputy");
	struct account a;

	(void)payloads;
	if (slice_eq(deputy, e->case_id))
		return FAIL(c, E_INVALID, "people.own_deputy");
	TRY(people_need_account(c, st, e->case_id, &a));
	TRY(people_need_account(c, st, deputy, &a));
	TRY(check_days(c, e));
	return not_for_oneself(c, e, deputy);
}

static rc deputy_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_DEPUTY_PUT, v_text(e->case_id), v_text(entry_word(e, "deputy")),
	                 v_int(entry_int(e, "from_day", 0)), v_int(entry_int(e, "to_day", 0)), v_int(entry_is(e, "standing")),
	                 v_int(e->seq));
}

static rc deputy_end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_DEPUTY_DROP, v_text(e->case_id), v_text(entry_word(e, "deputy")));
}

static rc absence_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct account a;

	(void)payloads;
	TRY(people_need_account(c, st, e->case_id, &a));
	return check_days(c, e);
}

static rc absence_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_ABSENCE_PUT, v_text(e->case_id), v_int(entry_int(e, "from_day", 0)),
	                 v_int(entry_int(e, "to_day", 0)), v_int(e->seq));
}

static rc absence_end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_ABSENCE_DROP, v_text(e->case_id), v_int(msec_jday(e->at)));
}

static rc known_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct account a;

	(void)payloads;
	return people_find(c, st, e->case_id, &a);
}

/* ---- sections ---- */

static const struct member_spec section_members[] = {
	{ "section", MEMBER_WORD, true, NULL }, { "parent", MEMBER_WORD, false, NULL }, { 0 },
};
static const struct member_spec assign_members[] = { { "sections", MEMBER_WORDS, true, NULL }, { 0 } };

static rc section_is_open(struct ctx *c, struct store *st, slice id)
{
	AUTO_QUERY q = { 0 };
	bool found;

	TRY(STORE_ONE(c, st, &q, &found, STMT_SECTION_GET, v_text(id)));
	return found && !query_int(&q, 0) ? OK : people_fail(c, E_NOTFOUND, "people.no_section", id);
}

static rc section_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice parent = entry_word(e, "parent");

	(void)payloads;
	if (!slice_eq(e->case_id, ORG_UNIT))
		return FAIL(c, E_INVALID, "people.no_section");
	if (slice_is(e->act, "section.close"))
		return section_is_open(c, st, entry_word(e, "section"));
	if (parent.len)
		TRY(section_is_open(c, st, parent));
	return people_need_payload(c, e);
}

static rc section_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice id = entry_word(e, "section");

	(void)payloads;
	if (slice_is(e->act, "section.close"))
		return STORE_RUN(c, st, STMT_SECTION_CLOSE, v_text(id));
	return STORE_RUN(c, st, STMT_SECTION_PUT, v_text(id), v_int(e->seq), v_text_or_null(entry_word(e, "parent")));
}

static rc assign_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	if (!slice_starts(e->case_id, S("c-")))
		return FAIL(c, E_INVALID, "act.case");
	for JSON_EACH(v, json_get(e->json, S("sections")))
		TRY(section_is_open(c, st, v->text));
	return OK;
}

static rc assign_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_CASE_SECTION_CLEAR, v_text(e->case_id)));
	for JSON_EACH(v, json_get(e->json, S("sections")))
		TRY(STORE_RUN(c, st, STMT_CASE_SECTION_PUT, v_text(e->case_id), v_text(v->text)));
	return OK;
}

/* ---- reviews ---- */

static const struct member_spec review_members[] = {
	{ "review", MEMBER_INT, true, NULL }, { "result", MEMBER_WORD, true, NULL }, { "accounts", MEMBER_INT, false, NULL }, { 0 },
};

static rc review_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	TRY(STORE_ONE(c, st, &q, &found, STMT_REVIEW_GET, v_int(entry_int(e, "review", -1))));
	if (!found || !query_int(&q, 3) || !slice_eq(query_text(&q, 1), e->case_id))
		return FAIL(c, E_CONFLICT, "review.none");
	if (slice_is(query_text(&q, 0), "emergency") &&
	    (slice_eq(query_text(&q, 2), e->actor.id) || slice_eq(query_text(&q, 2), via_account(e->actor.via))))
		return FAIL(c, E_DENIED, "review.own");
	return OK;
}

static rc review_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	int64_t seq = entry_int(e, "review", -1);
	bool rights;

	(void)payloads;
	{
		AUTO_QUERY q = { 0 };
		bool found;

		TRY(STORE_ONE(c, st, &q, &found, STMT_REVIEW_GET, v_int(seq)));
		rights = found && slice_is(query_text(&q, 0), "rights");
	}
	TRY(STORE_RUN(c, st, STMT_REVIEW_END, v_int(seq), v_int(e->at), v_text(e->actor.id)));
	return !rights ? OK : STORE_RUN(c, st, STMT_REVIEW_PUT, v_int(e->seq), v_text(S("rights")), v_text(ORG_UNIT), v_text(e->act),
	                                v_text(e->actor.id), v_int(msec_jday(e->at) + REVIEW_YEAR));
}

static const struct member_spec approval_members[] = {
	{ "maker", MEMBER_WORD, true, NULL }, { "maker_for", MEMBER_WORD, false, NULL }, { "target", MEMBER_INT, true, NULL },
	{ "what", MEMBER_WORD, true, NULL }, { 0 },
};

#define ADMIN "admin"
#define BOTH "self admin"

const struct act_kind people_kinds[] = {
	{ "*", NULL, NULL, 0, people_guard, NULL, NULL, NULL },
	{ "people.begin", begin_members, NULL, ACT_CASE | ACT_SYSTEM, begin_validate, begin_project,
	  "accounts were set up", "アカウントの利用を始めました" },
	{ "people.policy", begin_members, "chief", ACT_CASE, NULL, policy_project,
	  "%a changed the rule of four eyes", "%a が二人承認の決まりを変えました" },
	{ "account.add", add_members, ADMIN, ACT_CASE, add_validate, add_project,
	  "%a made account %c", "%a がアカウント %c を作りました" },
	{ "account.rename", rename_members, BOTH, ACT_CASE, rename_validate, rename_project,
	  "%a changed the name of account %c", "%a がアカウント %c の氏名などを変えました" },
	{ "account.state", state_members, ADMIN, ACT_CASE, state_validate, state_project,
	  "%a set account %c to %{state}", "%a がアカウント %c を %{state} にしました" },
	{ "account.invite", invite_members, ADMIN, ACT_CASE, invite_validate, invite_project,
	  "%a invited account %c", "%a がアカウント %c を招待しました" },
	{ "grant.add", grant_members, ADMIN " chief", ACT_CASE, grant_validate, grant_project,
	  "%a gave account %c the role %{role}", "%a がアカウント %c に役割 %{role} を与えました" },
	{ "grant.end", grant_end_members, ADMIN " chief", ACT_CASE, grant_end_validate, grant_end_project,
	  "%a took the role %{role} from account %c", "%a がアカウント %c から役割 %{role} を外しました" },
	{ "deputy.set", deputy_members, BOTH " lead chief", ACT_CASE, deputy_validate, deputy_project,
	  "%a made %{deputy} the deputy of account %c", "%a が %{deputy} をアカウント %c の代理にしました" },
	{ "deputy.end", deputy_end_members, BOTH " lead chief", ACT_CASE, known_validate, deputy_end_project,
	  "%a ended that %{deputy} is the deputy of account %c", "%a が %{deputy} によるアカウント %c の代理を終えました" },
	{ "absence.set", days_members, BOTH " lead chief", ACT_CASE, absence_validate, absence_project,
	  "%a noted an absence of account %c", "%a がアカウント %c の不在を登録しました" },
	{ "absence.end", NULL, BOTH " lead chief", ACT_CASE, known_validate, absence_end_project,
	  "%a ended the absence of account %c", "%a がアカウント %c の不在を取り消しました" },
	{ "section.add", section_members, ADMIN, ACT_CASE, section_validate, section_project,
	  "%a set up the section %{section}", "%a が部署 %{section} を登録しました" },
	{ "section.close", section_members, ADMIN, ACT_CASE, section_validate, section_project,
	  "%a closed the section %{section}", "%a が部署 %{section} を廃止しました" },
	{ "case.assign", assign_members, "handler lead chief", ACT_CASE, assign_validate, assign_project,
	  "%a assigned case %c to sections", "%a が事案 %c の担当部署を決めました" },
	{ "approval.give", approval_members, "lead chief", ACT_CASE, approval_validate, approval_given,
	  "%a approved #%{target} for %{what} of case %c", "%a が事案 %c の #%{target} を承認しました（%{what}）" },
	{ "review.done", review_members, "lead chief auditor", ACT_CASE, review_validate, review_project,
	  "%a reviewed #%{review} (%{result})", "%a が #%{review} を確認しました（%{result}）" },
	{ 0 },
};
