/* The acts of threads and of the exchange. */
#include "work/thread/thread_inside.h"

#include "base/banned.h"

#define ROLES_WORK "handler lead chief"
#define ROLES_LEAD "lead chief"

#define MOVE \
	{ "thread", MEMBER_WORD, true, NULL }, { "kind", MEMBER_WORD, true, NULL }, { "step", MEMBER_WORD, true, NULL }, \
	{ "state", MEMBER_WORD, true, NULL }, { "hub", MEMBER_WORD, true, NULL }, { "parties", MEMBER_WORDS, false, NULL }, \
	{ "call", MEMBER_WORD, false, NULL }, { "over", MEMBER_BOOL, false, NULL }, { "version", MEMBER_INT, true, NULL }, \
	{ "signed", MEMBER_INT, false, NULL }, { "kept", MEMBER_INT, false, NULL }, { "due", MEMBER_INT, false, NULL }, \
	{ "embargo", MEMBER_INT, false, NULL }, { "opens", MEMBER_BOOL, false, NULL }, { "late", MEMBER_WORDS, false, NULL }, \
	{ "calls", MEMBER_BOOL, false, NULL }, { "owes", MEMBER_WORDS, false, NULL }

static const struct member_spec step_members[] = { MOVE, { 0 } };
static const struct member_spec in_members[] = {
	MOVE, { "peer", MEMBER_WORD, true, NULL }, { "eseq", MEMBER_INT, true, NULL }, { "digest", MEMBER_WORD, true, NULL },
	{ "sent", MEMBER_INT, true, NULL }, { "exp", MEMBER_INT, true, NULL }, { "re", MEMBER_WORD, false, NULL },
	{ "fix", MEMBER_WORD, false, NULL }, { "theirs", MEMBER_WORD, false, NULL }, { 0 },
};
static const struct member_spec recall_in_members[] = {
	{ "peer", MEMBER_WORD, true, NULL }, { "eseq", MEMBER_INT, true, NULL }, { "digest", MEMBER_WORD, true, NULL },
	{ "sent", MEMBER_INT, true, NULL }, { "exp", MEMBER_INT, true, NULL }, { "kind", MEMBER_WORD, true, NULL },
	{ "thread", MEMBER_WORD, true, NULL }, { "about", MEMBER_WORD, true, NULL }, { "answer", MEMBER_WORD, false, NULL }, { 0 },
};
#define PIECE(need) \
	{ "doc", MEMBER_WORD, need, NULL }, { "piece", MEMBER_INT, need, NULL }, { "of", MEMBER_INT, need, NULL }, { "size", MEMBER_INT, need, NULL }

static const struct member_spec piece_members[] = {
	{ "peer", MEMBER_WORD, true, NULL }, { "eseq", MEMBER_INT, true, NULL }, { "digest", MEMBER_WORD, true, NULL },
	{ "sent", MEMBER_INT, true, NULL }, { "exp", MEMBER_INT, true, NULL }, { "thread", MEMBER_WORD, true, NULL }, PIECE(true), { 0 },
};
static const struct member_spec disclose_members[] = {
	{ "eseq", MEMBER_INT, true, NULL }, { "exp", MEMBER_INT, true, NULL }, { "kind", MEMBER_WORD, true, NULL },
	{ "thread", MEMBER_WORD, true, NULL }, { "re", MEMBER_WORD, false, NULL }, { "fix", MEMBER_WORD, false, NULL },
	{ "recall", MEMBER_WORD, false, NULL }, { "after", MEMBER_INT, false, NULL }, PIECE(false), { 0 },
};
static const struct member_spec draft_members[] = {
	{ "thread", MEMBER_WORD, true, NULL }, { "kind", MEMBER_WORD, true, NULL }, { "step", MEMBER_WORD, true, NULL },
	{ "kept", MEMBER_WORDS, false, NULL }, { 0 },
};
static const struct member_spec propose_members[] = {
	{ "thread", MEMBER_WORD, true, NULL }, { "kind", MEMBER_WORD, true, NULL }, { "step", MEMBER_WORD, true, NULL },
	{ "about", MEMBER_WORD, true, NULL }, { "due", MEMBER_BOOL, true, NULL }, { 0 },
};
static const struct member_spec receipt_members[] = {
	{ "st", MEMBER_WORD, true, NULL }, { "rec_at", MEMBER_INT, true, NULL }, { "rec_seq", MEMBER_INT, false, NULL },
	{ "why", MEMBER_WORD, false, NULL }, { "sig", MEMBER_WORD, true, NULL }, { 0 },
};
static const struct member_spec refuse_members[] = {
	{ "peer", MEMBER_WORD, true, NULL }, { "why", MEMBER_WORD, true, NULL }, { "digest", MEMBER_WORD, true, NULL }, { 0 },
};
static const struct member_spec wish_inner[] = {
	{ "wish", MEMBER_WORD, true, NULL }, { "peer", MEMBER_WORD, false, NULL }, { "field", MEMBER_WORD, false, NULL },
	{ "class", MEMBER_WORD, false, NULL }, { "until", MEMBER_INT, false, NULL }, { 0 },
};
static const struct member_spec wish_members[] = { { "wishes", MEMBER_OBJECTS, true, wish_inner }, { 0 } };
static const struct member_spec house_members[] = {
	{ "class", MEMBER_WORD, true, NULL }, { "agency", MEMBER_WORD, false, NULL }, { 0 },
};
static const struct member_spec judge_members[] = {
	{ "base", MEMBER_BOOL, true, NULL }, { "social", MEMBER_BOOL, true, NULL }, { "size", MEMBER_BOOL, true, NULL }, { 0 },
};

static slice word_of(const struct entry *e, const char *name) { return json_text(json_get(e->json, slice_of(name))); }

static int64_t int_of(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return v && v->type == JSON_INT ? v->num : 0;
}

static bool flag_of(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return json_is_true(v);
}

static struct value int_or_null(const struct entry *e, const char *name)
{
	const struct json *v = json_get(e->json, slice_of(name));

	return v && v->type == JSON_INT ? v_int(v->num) : v_null();
}

static slice mark_of(const struct entry *e, const char *name)
{
	return json_text(json_get(json_get(e->json, S("mark")), slice_of(name)));
}

/* ---- steps ---- */

static bool is_late(const struct entry *e, slice node)
{
	for JSON_EACH(p, json_get(e->json, S("late")))
		if (slice_eq(p->text, node))
			return true;
	return false;
}

static rc open_thread(struct ctx *c, struct store *st, const struct entry *e, slice thread)
{
	const struct json *parties = json_get(e->json, S("parties"));
	slice call = word_of(e, "call");
	int64_t place = 1;

	TRY(STORE_RUN(c, st, STMT_THREAD_INSERT, v_text(thread), v_text(e->case_id), v_text(word_of(e, "kind")), v_text(word_of(e, "hub")),
	              v_int(slice_eq(word_of(e, "hub"), e->node)), v_text(word_of(e, "state")), v_int(e->seq), v_int(e->at)));
	for JSON_EACH(p, parties)
		TRY(STORE_RUN(c, st, STMT_THREAD_PARTY_INSERT, v_text(thread), v_text(p->text), v_int(place++),
		              v_int((call.len == 0 || slice_eq(call, p->text)) && !is_late(e, p->text))));
	return OK;
}

/* Where only some owe an answer, the others have been told and owe none. */
static rc tell_others(struct ctx *c, struct store *st, const struct entry *e, slice thread)
{
	const struct json *owes = json_get(e->json, S("owes"));
	struct thread_party *v;
	size_t n;

	if (!owes)
		return OK;
	TRY(thread_parties(c, st, thread, &v, &n));
	for (size_t i = 0; i < n; i++) {
		bool owe = false;

		for JSON_EACH(p, owes)
			owe = owe || slice_eq(p->text, v[i].node);
		if (!owe)
			TRY(STORE_RUN(c, st, STMT_THREAD_PARTY_TOLD, v_text(thread), v_text(v[i].node), v_int(e->at)));
	}
	return OK;
}

/* A new due date of the hub is a new round: what the parties said before does not answer it; who declined is out. */
static rc begin_round(struct ctx *c, struct store *st, const struct entry *e, slice by)
{
	struct thread t;

	if (flag_of(e, "opens") || int_of(e, "due") == 0 || !slice_eq(by, word_of(e, "hub")))
		return OK;
	TRY(thread_find(c, st, word_of(e, "thread"), &t));
	if (t.has_due && t.due == int_of(e, "due"))
		return OK;
	TRY(STORE_RUN(c, st, STMT_THREAD_PARTY_ROUND, v_text(t.id)));
	return tell_others(c, st, e, t.id);
}

static rc apply_move(struct ctx *c, struct store *st, const struct entry *e, slice by, slice env)
{
	slice thread = word_of(e, "thread"), call = word_of(e, "call");

	TRY(begin_round(c, st, e, by));
	if (flag_of(e, "opens"))
		TRY(open_thread(c, st, e, thread));
	else if (call.len > 0)
		TRY(STORE_RUN(c, st, STMT_THREAD_PARTY_CALL, v_text(thread), v_text(call)));
	else if (flag_of(e, "calls"))
		TRY(STORE_RUN(c, st, STMT_THREAD_PARTY_CALL_ALL, v_text(thread)));
	TRY(STORE_RUN(c, st, STMT_THREAD_MOVE, v_text(thread), v_text(word_of(e, "state")), v_int(flag_of(e, "over")),
	              v_int(int_of(e, "version")), v_int(e->seq), v_int(e->at), int_or_null(e, "due"), int_or_null(e, "embargo")));
	if (!slice_eq(by, word_of(e, "hub")))
		TRY(STORE_RUN(c, st, STMT_THREAD_PARTY_STEP, v_text(thread), v_text(by), v_text(word_of(e, "step")), v_int(e->at),
		              v_int(int_of(e, "signed"))));
	return STORE_RUN(c, st, STMT_THREAD_STEP_INSERT, v_int(e->seq), v_text(thread), v_text(word_of(e, "step")), v_text(by), v_int(e->at),
	                 v_int(int_of(e, "version")), v_text_or_null(env), v_int(int_of(e, "kept")));
}

/* The state that the step was computed from must still be the one that stands. */
static rc step_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct thread t;
	rc r = thread_find(c, st, word_of(e, "thread"), &t);

	(void)payloads;
	if (flag_of(e, "opens") && r == OK)
		return FAIL(c, E_CONFLICT, "thread.known");
	if (flag_of(e, "opens") && r == E_NOTFOUND) {
		fault_clear(c);
		return OK;
	}
	TRY(r);
	return t.over ? FAIL(c, E_CONFLICT, "thread.over") : OK;
}

static rc step_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return apply_move(c, st, e, e->node, S_NONE);
}

static rc draft_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_DRAFT_INSERT, v_text(e->obj.v[0]), v_int(e->seq), v_text(word_of(e, "thread")), v_text(e->case_id),
	                 v_text(word_of(e, "kind")), v_text(word_of(e, "step")), v_text(e->actor.id));
}

/* Once for a thread that came in; where nothing is owed, that stands on record and nothing else. */
static rc propose_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	if (e->obj.n != 1 || e->nseals != 1)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(STORE_ONE(c, st, &q, &found, STMT_PROPOSAL_GET, v_text(word_of(e, "about")), v_text(word_of(e, "kind"))));
	return found ? FAIL(c, E_CONFLICT, "thread.known") : OK;
}

static rc propose_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	if (flag_of(e, "due"))
		TRY(draft_project(c, st, e, payloads));
	return STORE_RUN(c, st, STMT_PROPOSAL_INSERT, v_text(word_of(e, "about")), v_text(word_of(e, "kind")), v_text(e->obj.v[0]), v_int(e->seq));
}

static rc draft_end_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(STORE_ONE(c, st, &q, &found, STMT_DRAFT_BY_ID, v_text(e->obj.v[0])));
	if (!found)
		return FAIL(c, E_NOTFOUND, "thread.no_draft");
	return slice_is(query_text(&q, 7), "waiting") ? OK : FAIL(c, E_CONFLICT, "thread.draft_done");
}

static rc draft_end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_DRAFT_SET_STATE, v_text(e->obj.v[0]), v_text(slice_is(e->act, "thread.sent") ? S("sent") : S("dropped")));
}

static rc link_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	/* what was proposed after it belongs to the case as well */
	TRY(STORE_RUN(c, st, STMT_DRAFT_REHOME, v_text(e->obj.v[0]), v_text(e->case_id)));
	return STORE_RUN(c, st, STMT_THREAD_LINK, v_text(e->obj.v[0]), v_text(e->case_id));
}

/* ---- out ---- */

static rc disclose_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	int64_t eseq;

	(void)payloads;
	if (e->to.n != 1 || e->obj.n != 1 || e->nseals != 2 || mark_of(e, "tlp").len == 0)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(next_eseq(c, st, e->to.v[0], &eseq));
	if (eseq != int_of(e, "eseq"))
		return FAIL(c, E_CONFLICT, "outbox.moved");
	return OK;
}

static rc put_piece(struct ctx *c, struct store *st, const struct entry *e, slice peer, bool ours)
{
	return STORE_RUN(c, st, STMT_PIECE_INSERT, v_text(word_of(e, "thread")), v_text(peer), v_text(word_of(e, "doc")), v_int(int_of(e, "piece")),
	                 v_int(ours), v_int(int_of(e, "of")), v_int(int_of(e, "size")), v_text(e->obj.v[0]));
}

static rc disclose_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice recall = word_of(e, "recall");

	(void)payloads;
	TRY(STORE_RUN(c, st, STMT_OUTBOX_INSERT, v_text(e->obj.v[0]), v_text(e->to.v[0]), v_int(int_of(e, "eseq")),
	              v_text(word_of(e, "thread")), v_text(e->case_id), v_text(word_of(e, "kind")), v_int(e->seq), v_int(e->at),
	              v_int(int_of(e, "exp")), int_or_null(e, "after")));
	if (recall.len > 0 && slice_is(word_of(e, "kind"), "recall"))
		TRY(STORE_RUN(c, st, STMT_OUTBOX_RECALLED, v_text(recall), v_int(e->at)));
	if (recall.len > 0 && !slice_is(word_of(e, "kind"), "recall"))
		TRY(STORE_RUN(c, st, STMT_INBOX_RECALL_ANSWER, v_text(recall), v_text(slice_sub(word_of(e, "kind"), 7, 128))));
	if (word_of(e, "doc").len > 0)
		TRY(put_piece(c, st, e, e->to.v[0], true));
	return STORE_RUN(c, st, STMT_OUTBOX_PEER_PUT, v_text(e->to.v[0]), v_int(int_of(e, "eseq")));
}

static rc receipt_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct sent s;

	(void)payloads;
	if (e->obj.n != 1)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(outbox_find(c, st, e->obj.v[0], &s));
	return slice_is(s.state, "wait") ? OK : FAIL(c, E_CONFLICT, "outbox.settled");
}

static rc receipt_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice state = word_of(e, "st");

	(void)payloads;
	if (slice_is(e->act, "env.expired"))
		state = S("expired");
	else if (slice_is(state, "duplicate"))
		state = S("accepted");
	return STORE_RUN(c, st, STMT_OUTBOX_RECEIPT, v_text(e->obj.v[0]), v_text(state), v_int(e->seq), v_int(int_of(e, "rec_at")),
	                 v_int(int_of(e, "rec_seq")));
}

/* ---- in ---- */

static rc put_inbox(struct ctx *c, struct store *st, const struct entry *e)
{
	slice onward = mark_of(e, "onward"), kind = word_of(e, "doc").len ? S("piece") : word_of(e, "kind");
	const struct json *expires = json_get(json_get(e->json, S("mark")), S("expires"));

	TRY(STORE_RUN(c, st, STMT_INBOX_INSERT, v_text(e->obj.v[0]), v_text(word_of(e, "peer")), v_int(int_of(e, "eseq")),
	              v_text(word_of(e, "thread")), v_text(e->case_id), v_text(kind), v_int(e->seq), v_int(e->at),
	              v_int(int_of(e, "sent")), v_int(int_of(e, "exp")), v_text(word_of(e, "digest")), v_text(mark_of(e, "tlp")),
	              v_text(mark_of(e, "purpose")), v_text(onward.len ? onward : S("no")), v_int(expires ? expires->num : 0)));
	return STORE_RUN(c, st, STMT_INBOX_PEER_PUT, v_text(word_of(e, "peer")), v_int(int_of(e, "eseq")));
}

static rc in_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	AUTO_QUERY q = { 0 };
	bool found;

	(void)payloads;
	if (e->obj.n != 1 || mark_of(e, "tlp").len == 0 || mark_of(e, "purpose").len == 0)
		return FAIL(c, E_INVALID, "entry.missing");
	TRY(STORE_ONE(c, st, &q, &found, STMT_INBOX_BY_ENV, v_text(word_of(e, "peer")), v_text(e->obj.v[0])));
	return found ? FAIL(c, E_CONFLICT, "inbox.known") : OK;
}

static rc in_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	slice fix = word_of(e, "fix");

	(void)payloads;
	TRY(put_inbox(c, st, e));
	if (fix.len > 0)
		TRY(STORE_RUN(c, st, STMT_INBOX_FIXED, v_text(fix), v_text(word_of(e, "peer")), v_text(e->obj.v[0])));
	return apply_move(c, st, e, word_of(e, "peer"), e->obj.v[0]);
}

/* A recall, or the answer to one of ours. */
static rc recall_in_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(put_inbox(c, st, e));
	if (slice_is(word_of(e, "kind"), "recall"))
		TRY(STORE_RUN(c, st, STMT_INBOX_RECALL, v_text(word_of(e, "about")), v_text(word_of(e, "peer")), v_int(e->at)));
	return OK;
}

/* A piece that came under another envelope before is the same bytes: its document's sum says so. */
static rc piece_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	TRY(put_inbox(c, st, e));
	return put_piece(c, st, e, word_of(e, "peer"), false);
}

static rc refuse_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_INBOX_REFUSE, v_text(word_of(e, "peer")), v_text(e->obj.v[0]));
}

/* ---- wishes, house, serious incidents ---- */

static rc wish_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	int64_t idx = 0;

	(void)payloads;
	for JSON_EACH(w, json_get(e->json, S("wishes"))) {
		slice kind = json_text(json_get(w, S("wish")));
		const struct json *until = json_get(w, S("until"));

		TRY(STORE_RUN(c, st, STMT_WISH_INSERT, v_int(e->seq), v_int(idx++), v_text(e->case_id), v_int(slice_is(kind, "consent")), v_text(kind),
		              v_text_or_null(json_text(json_get(w, S("peer")))), v_text_or_null(json_text(json_get(w, S("field")))),
		              v_text_or_null(json_text(json_get(w, S("class")))), v_int(until ? until->num : 0)));
	}
	return OK;
}

static rc wish_end_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	for (size_t i = 0; i < e->ref.n; i++)
		TRY(STORE_RUN(c, st, STMT_WISH_END, v_int(e->ref.v[i]), v_int(e->at)));
	return OK;
}

static rc house_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	(void)payloads;
	return STORE_RUN(c, st, STMT_HOUSE_PUT, v_text(word_of(e, "class")), v_text_or_null(word_of(e, "agency")));
}

static rc judge_validate(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	struct case_head h;

	(void)payloads;
	TRY(case_find(c, st, e->case_id, &h));
	return e->nseals == 1 ? OK : FAIL(c, E_INVALID, "serious.grounds");
}

static rc judge_project(struct ctx *c, struct store *st, const struct entry *e, const struct opened *payloads)
{
	bool base = flag_of(e, "base"), social = flag_of(e, "social"), size = flag_of(e, "size");

	(void)payloads;
	return STORE_RUN(c, st, STMT_SERIOUS_PUT, v_text(e->case_id), v_int(e->seq), v_int(base), v_int(social), v_int(size),
	                 v_int(base && (social || size)), v_int(e->at));
}

const struct act_kind thread_act_kinds[] = {
	{ "thread.prepare", draft_members, ROLES_WORK, ACT_CASE, NULL, draft_project,
	  "%a prepared step %{step} of a thread (%{kind}); kept back: %{kept}", "%a が %{kind} の手順「%{step}」を用意しました（渡さない項目の規則：%{kept}）" },
	{ "thread.propose", propose_members, NULL, ACT_CASE | ACT_SYSTEM, propose_validate, propose_project,
	  "this node proposed a %{kind} after %{about} (owed: %{due}); a person sends it or drops it",
	  "%{about} を受けて、%{kind} の下書きを用意しました（必要：%{due}）。人が送るか取りやめます" },
	{ "thread.sent", NULL, ROLES_WORK, ACT_CASE, draft_end_validate, draft_end_project, "draft %o was sent", "下書き %o を送りました" },
	{ "thread.drop", NULL, ROLES_WORK, ACT_CASE, draft_end_validate, draft_end_project, "%a dropped draft %o", "%a が下書き %o を取りやめました" },
	{ "thread.step", step_members, ROLES_WORK, ACT_CASE | ACT_TWO_PERSON, step_validate, step_project,
	  "%a took step %{step} of thread %{thread} (%{kind}): %{state}", "%a が %{kind} の手順「%{step}」を行いました（%{state}、%{thread}）" },
	{ "thread.free", step_members, ROLES_WORK, ACT_CASE, step_validate, step_project,
	  "%a took step %{step} of thread %{thread} (%{kind}): %{state}", "%a が %{kind} の手順「%{step}」を行いました（%{state}、%{thread}）" },
	{ "thread.link", NULL, ROLES_WORK, ACT_CASE, NULL, link_project, "%a hung thread %o on case %c", "%a がやりとり %o を事案 %c に結びました" },
	{ "item.disclose", disclose_members, ROLES_WORK, ACT_CASE | ACT_TWO_PERSON, disclose_validate, disclose_project,
	  "%a disclosed %{kind} to %t (%o)", "%a が %t に %{kind} を提供しました（%o）" },
	/* what needs no second person: dates, acknowledgements, that we do not come */
	{ "item.answer", disclose_members, ROLES_WORK, ACT_CASE, disclose_validate, disclose_project,
	  "%a answered %t (%{kind}, %o)", "%a が %t に %{kind} の返事をしました（%o）" },
	{ "env.receipt", receipt_members, NULL, ACT_CASE | ACT_SYSTEM, receipt_validate, receipt_project,
	  "receipt for %o: %{st}", "%o の受領：%{st}" },
	{ "env.expired", receipt_members, NULL, ACT_CASE | ACT_SYSTEM, receipt_validate, receipt_project,
	  "%o was not received in its time; somebody must see to it", "%o は期限までに届きませんでした。人が確かめてください" },
	{ "env.in", in_members, NULL, ACT_CASE | ACT_SYSTEM, in_validate, in_project,
	  "%{peer} sent %o (%{kind}, %{step})", "%{peer} から %o（%{kind}、%{step}）が届きました" },
	{ "env.recall", recall_in_members, NULL, ACT_CASE | ACT_SYSTEM, in_validate, recall_in_project,
	  "%{peer}: %{kind} of %{about}", "%{peer}：%{about} の %{kind}" },
	{ "env.piece", piece_members, NULL, ACT_CASE | ACT_SYSTEM, in_validate, piece_project,
	  "%{peer} sent piece %{piece} of %{of} of a document (%o)", "%{peer} から文書の %{of} 分の %{piece} が届きました（%o）" },
	{ "env.refuse", refuse_members, NULL, ACT_SYSTEM, NULL, refuse_project, "refused %o of %{peer}: %{why}", "%{peer} の %o を断りました（%{why}）" },
	{ "wish.set", wish_members, ROLES_WORK, ACT_CASE, NULL, wish_project,
	  "%a noted the reporter's wishes on case %c", "%a が事案 %c の報告者の留保・同意を記しました" },
	{ "wish.end", NULL, ROLES_WORK, ACT_CASE, NULL, wish_end_project, "%a ended the wishes %r", "%a が留保・同意 %r を終わらせました" },
	{ "house.is", house_members, ROLES_LEAD, 0, NULL, house_project, "%a said what this node is: %{class}", "%a がこのノードの種類を %{class} としました" },
	{ "incident.judge", judge_members, ROLES_LEAD, ACT_CASE, judge_validate, judge_project,
	  "%a judged case %c (base %{base}, social effect %{social}, size %{size})", "%a が事案 %c の重大性を判断しました（土台 %{base}、社会的影響 %{social}、規模 %{size}）" },
	{ 0 },
};
