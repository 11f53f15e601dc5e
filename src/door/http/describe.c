#include "base/json.h"
#include "door/http/form.h"
#include "door/http/http.h"
#include "door/http/route.h"

#include "base/banned.h"

/*
 * What the answers hold: "name:type" with blanks between; "?" behind the type: may be missing; "[x]": a list of x.
 * text int bool; `when` stands for two members, name (for people) and name_iso (RFC 3339 or a day).
 */
static const struct { const char *name, *members; } shapes[] = {
	{ "duty", "case:text rule:text title:text to:text to_code:text channel:text? must:bool state:text state_name:text open:bool "
	          "form:bool urgency:text urgency_name:text shape:text deadline:text until:text due:when? target:when? done_on:when? "
	          "basis:[text] because:[text] notes:[text]" },
	{ "caserow", "num:text id:text closed:bool cause:text known:when changed:when open_must:int open_may:int asked:int next:when? "
	             "urgency:text? urgency_name:text? shape:text? deadline:text? until:text?" },
	{ "tab", "path:text name:text here:bool" },
	{ "ask_row", "path:text ask:text rules:int" },
	{ "bar", "y:int text_y:int w:int name:text end:when left:int" },
	{ "option", "value:text label:text on:bool?" },
	{ "date", "y:text m:text d:text t:text" },
	{ "cell", "name:text label:text long:bool value:text choice:bool? options:[option]?" },
	{ "row", "no:int cells:[cell]" },
	{ "control", "name:text path:text kind:text label:text ask:text need:bool filled:bool personal:bool law:bool help:text wrong_text:text? "
	             "value:text unknown:bool options:[option]? exact:[option]? date:date? none:bool? rows:[row]?" },
	{ "fact", "path:text label:text value:text unknown:bool sure:text sure_name:text known:when stated:when actor:text actor_name:text seq:int "
	          "correction:bool by:text source:text reason:text" },
	{ "event", "seq:int at:when precision:text about:bool kind:text what:text who:text source:text gone:bool stated:when actor:text" },
	{ "entry", "seq:int at:when actor:text actor_name:text role:text act:text text:text" },
	{ "section", "id:text name:text here:bool" },
	{ "change", "step:text duty:duty" },
	{ "filing", "no:int form:text form_title:text form_draft:bool kind:text kind_name:text rule:text to:text state:text "
	            "state_name:text draft:bool submitted_already:bool drafted:when submitted:when? missing_count:int follows:bool" },
	{ "report_ref", "no:int kind:text submitted:bool" },
	{ "line", "code:text label:text text:text missing:bool required:bool section:text" },
	{ "paper_part", "head:text here:bool lines:[line]" },
	{ "step", "step_no:int id:text name:text missing:int here:bool" },
	{ "approval", "by:text at:when" },
	{ "field_change", "code:text label:text kind:text before:text after:text" },
	{ "day", "day:when? duties:[duty]" },
	{ "grant", "role:text role_name:text section:text section_name:text instead_of:text until:when?" },
	{ "account", "id:text name:text login:text mail:text state:text state_name:text factors:int absent:bool last_in:when? grants:[grant]" },
	{ "named", "value:text label:text on:bool?" },
	{ "notice_step", "at:when to:text confirm_minutes:int" },
	{ "notice", "seq:int duty:duty at:when why:text instead_of:text? until:when? late:bool may_confirm:bool steps:[notice_step] escalate:text" },
	{ "told_of", "at:when name:text why:text state:text confirmed:when?" },
	{ "review", "seq:int kind:text rights:bool title:text act:text num:text? due:when over:bool done:when? done_by:text?" },
	{ "inventory", "id:text name:text roles:[text] last_in:when? doubts:[text]" },
	{ "ladder_step", "at:text to:text confirm_minutes:int" },
	{ "ladder", "name:text steps:[ladder_step]" },
	{ "days", "from:when to:when" },
	{ "deputy", "deputy:text name:text from:when to:when? standing:bool" },
	{ "session", "id:text token:bool here:bool label:text scopes:text how:text begun:when seen:when? until:when" },
	{ "factor", "id:text kind:text name:text? label:text made:when used:when? codes:bool left:int" },
	{ "away", "id:text name:text absent:bool grants:[grant] absences:[days] deputies:[deputy]" },
	{ "file", "seq:int name:text note:text person:text gone:bool may_read:bool size:int size_text:text digest:text at:when by:text" },
	{ "round", "on:when how:text sent:int returned:int note:text by:text" },
	{ "look", "seq:int at:when actor:text name:text role:text why:text entries:int" },
	{ "looker", "actor:text name:text role:text times:int last:when" },
	{ "word", "id:text name:text" },
	{ "memo_kind", "id:text name:text dirs:[option] tlps:[option] kept:[option] conditions:[option]" },
	{ "key", "kid:text print:text from:when? until:when? over:bool?" },
	{ "partner_row", "id:text node:text title:text class_name:text exercise:bool ended:bool memos:int in_force:int" },
	{ "named_from", "text:text from:when? until:when? now:bool" },
	{ "person", "what:text what_name:text place:int text:text gone:bool from:when? until:when? now:bool" },
	{ "function", "kind:text kind_name:text gives:bool takes:bool direction:text tlp_label:text kept:[text] conditions:[text]" },
	{ "memo_row", "memo:text partner:text partner_title:text contract:bool state:text state_name:text ours:bool theirs:bool ended:bool from:when "
	              "to:when review:when review_over:bool functions:[function]" },
	{ "mark", "tlp:text tlp_label:text purpose_name:text expires:when? conditions:[text]" },
	{ "thread_row", "thread:text kind:text kind_name:text state_name:text ours:bool over:bool our_turn:bool case:text changed:when due:when? "
	                "overdue:bool soon:bool embargo:when? with:[text]" },
	{ "thread_head", "thread:text kind:text kind_name:text state_name:text ours:bool over:bool opener:text version:int opened:when case:text "
	                 "due:when? overdue:bool soon:bool embargo:when?" },
	{ "draft_row", "draft:text kind_name:text step_name:text case:text by:text own:bool" },
	{ "motion_row", "motion:text title:text by:text own:bool at:when" },
	{ "trouble", "path:text thread:text asked_back:bool with:text text:text" },
	{ "thread_step_row", "step:text name:text free:bool local:bool answers:bool final:bool" },
	{ "party", "node:text title:text called:bool answered:bool owes:bool step_name:text step_at:when? signed_version:int signed:bool" },
	{ "course_row", "at:when thread:text kind_name:text step_name:text by:text came:bool env:text version:int kept:int visible:[text]" },
	{ "sent_row", "env:text thread:text with:text state:text state_name:text at:when after:when? received_at:when? recalled:bool" },
	{ "came_row", "env:text with:text at:when @mark recalled:bool fixed:bool" },
	{ "value_row", "id:text label:text value:text" },
	{ "thread_kind_row", "id:text name:text step_name:text for:[text]" },
	{ "thread_field", "id:text label:text class_name:text personal:bool wrong_text:text need:bool count:bool long:bool list:bool entries:[list_entry]? value:text "
	                  "words:[option]?" },
	{ "list_entry", "number:int text:text by:[text] like:int?" },
	{ "thread_party", "node:text title:text why_not:text? covered:bool on:bool" },
	{ "source", "env:text with:text kind_name:text at:when @mark on:bool" },
	{ "thread_form", "kind:text kind_name:text step:text step_name:text free:bool local:bool wants_embargo:bool wants_due:bool opens:bool watch_given:text "
	                 "fields:[thread_field] parties:[thread_party] tlps:[option] onwards:[option] sources:[source] due_date:date embargo_date:date "
	                 "expires_date:date after_date:date fix_given:text values_left:int named_given:bool" },
	{ "side", "path:text label:text class_name:text left:text right:text effect:text effect_name:text shape:text basis_name:text cite:text "
	          "rule:text reason:text kept:bool held:bool" },
	{ "field_rule", "label:text rule:text" },
	{ "recipient", "node:text title:text kept:int memo_conditions:[text] rows:[side] ruled:[field_rule]" },
	{ "label_row", "label:text value:text" },
	{ "member", "node:text title:text given:int received:int under_way:int failed:int owed:int due:when? overdue:bool?" },
	{ "reach", "reach:text name:text count:int here:bool" },
	{ "principal", "node:text title:text thread:text reach:text reach_name:text received_at:when? answered_at:when? due:when?" },
	{ "document", "document:int name:text gone:bool bytes:int bytes_said:text by:text at:when digest:text" },
	{ "item", "type:text type_name:text value:text attack:bool" },
	{ "kept", "type:text name:text count:int on:bool" },
	{ "held_place", "name:text part:text start:int end:int doubtful:bool" },
	{ "doubt_state", "state:text name:text count:int here:bool" },
	{ "send", "id:text name:text" },
	{ "watch_row", "list:int name:text from:text count:int by:text at:when gone:bool logs:int hits:int" },
	{ "watch_log", "log:int name:text gone:bool bytes_said:text lines:int hits:int left:int unread:int by:text at:when digest:text" },
	{ "seen_row", "type:text type_name:text indicator:text count:int on:bool" },
	{ "watch_hit", "doc:text part:text line:int type_name:text indicator:text seen:text time:text time_said:text client:text server:text evidence:text" },
	{ "doubt", "number:int type_name:text rule:text rule_name:text check_failed:bool part:text line:int before:text value:text behind:text same:int state:text state_name:text open:bool "
	           "by:text? at:when? reason_given:text" },
	/* whole answers */
	{ "partners", "partners:[partner_row] next_partner:text own_keys:[key] classes:[option] card_given:text agency_given:text name_given:text "
	              "host_given:text port_given:text may_add:bool" },
	{ "partner", "id:text peer:text title:text class_name:text agency:text for_exercise:bool ended:bool host:text port:int keys:[key] "
	             "names:[named_from] persons:[person] memos:[memo_row] kinds:[memo_kind] memo_from:date memo_to:date "
	             "memo_review:date text_given:text host_given:text port_given:text may_note:bool may_address:bool may_memo:bool may_end:bool" },
	{ "memos", "memos:[memo_row] file_given:text may_take:bool" },
	{ "memo", "@memo_row may_end:bool" },
	{ "motion", "motion:text what:text title:text does:text by:text at:when waiting:bool own:bool may_carry:bool may_drop:bool rows:[label_row] "
	            "keys:[key] functions:[function]" },
	{ "threads", "showing_over:bool more:bool waiting_us:[thread_row] waiting_them:[thread_row] ended:[thread_row] drafts:[draft_row] "
	             "motions:[motion_row] troubles:[trouble]" },
	{ "thread", "@thread_head our_turn:bool steps:[thread_step_row] parties:[party] drafts:[draft_row] events:[course_row] sent:[sent_row] "
	            "received:[came_row] case_given:text may_step:bool may_link:bool" },
	{ "guide_cite", "title:text in:text" },
	{ "guide", "thread:text document:text version:text owner:text ours:bool state_name:text cites:text cited_in:text our_task:bool due:when? "
	           "overdue:bool soon:bool embargo:when? cited_by:[guide_cite] waiting_for:[text]" },
	{ "guidelines", "showing_over:bool tasks:[guide] guides:[guide] may_open:bool" },
	{ "guideline_new", "form:thread_form" },
	{ "thread_kinds", "@caserow tab:text tabs:[tab] house:bool kinds:[thread_kind_row]" },
	{ "thread_new", "@caserow tab:text tabs:[tab] form:thread_form" },
	{ "thread_step", "@thread_head form:thread_form" },
	{ "preview", "after:when? draft:text thread:text kind_name:text step_name:text case:text by:text own:bool local:bool may_send:bool may_hold:bool "
	             "may_drop:bool @mark recipients:[recipient]" },
	{ "received", "@thread_head env:text from:text sent:when at:when @mark memo_conditions:[text] no_onward:bool recalled:bool recall_answer:text fixed_by:text "
	              "refused:text gone:bool fields:[value_row] bases:[option] may_answer:bool may_share:bool" },
	{ "sent", "@thread_head envelope:sent_row @mark memo_conditions:[text] gone:bool fields:[value_row] reasons:[option] may_recall:bool may_fix:bool" },
	{ "room", "@caserow tab:text tabs:[tab] judged:bool serious:bool base:bool? social:bool? size:bool? judged_at:when? judged_by:text? "
	          "grounds:text? may_judge:bool base_open:text? grounds_given:text social_given:bool size_given:bool members:[member] threads:[thread_row] "
	          "events:[course_row] notices:int drills:bool may_open:bool" },
	{ "wish", "seq:int kind:text kind_name:text recipient_name:text class_name:text field:text until:when? consent:bool" },
	{ "wishes", "@caserow tab:text tabs:[tab] wishes:[wish] kinds:[option] recipients:[option] classes:[option] until_date:date may_set:bool may_end:bool" },
	{ "principals", "@caserow tab:text tabs:[tab] all:int sums:[reach] principals:[principal] found:int state_given:text words_given:text "
	                "next_principal:text" },
	{ "drill_player", "place:int node:text title:text score:int points:int given:int answered:int in_time:int scored:int" },
	{ "drill_turn", "number:int thread:text title:text inject:text expected:text at:when given:bool answered:bool minutes:int in_time:bool points:int "
	                "scored:bool score:int" },
	{ "exercise", "@caserow tab:text tabs:[tab] for_exercises:bool players:[drill_player] turns:[drill_turn]" },
	{ "selections", "@caserow tab:text tabs:[tab] documents:[document] text_given:text may_add:bool" },
	{ "selection", "@caserow tab:text tabs:[tab] document:int name:text unread:int done:int items:[item] items_all:int items_found:int items_first:int "
	               "items_last:int items_next:int items_back:int items_before:int type_given:text role_given:text types:[kept] roles:[option] kept:[kept] kept_all:int "
	               "places:[held_place] places_found:int places_first:int places_last:int places_next:int places_back:int places_before:int text:text? text_cut:bool? "
	               "copy_left:bool doubts_all:int doubts_open:int doubts_left:int fit_open:int many:bool doubts:[doubt] doubts_found:int doubts_first:int "
	               "doubts_last:int doubts_next:int doubts_back:int doubts_before:int states:[doubt_state] kinds:[kept] from_given:int state_given:text kind_given:text "
	               "many_reason:text may_decide:bool may_send:bool sends:[send]" },
	{ "watches", "@caserow tab:text tabs:[tab] lists:[watch_row] documents:[option] threads:[option] text_given:text may_add:bool" },
	{ "watch", "@caserow tab:text tabs:[tab] list:int name:text from:text count:int skipped:int by:text at:when kinds:[kept] logs:[watch_log] hits_all:int "
	           "seen:[seen_row] seen_found:int seen_first:int seen_last:int seen_next:int seen_back:int seen_before:int hits:[watch_hit] hits_found:int hits_first:int "
	           "hits_last:int hits_next:int hits_back:int hits_before:int types:[kept] not_kept:int type_given:text indicator_given:text log_given:text "
	           "text_given:text may_look:bool may_send:bool sends:[send]" },
	{ "notices", "notices:[notice]" },
	{ "reviews_page", "open:[review] done:[review] inventory:[inventory] may_done:bool" },
	{ "settings", "name:text exercise:bool vkey:text entries:int four_eyes:bool may_policy:bool may_people:bool may_section:bool "
	              "ladders:[ladder] sections:[named]" },
	{ "assign", "@caserow tab:text tabs:[tab] everybody:bool sections:[named]" },
	{ "account_page", "account:account absences:[days] deputies:[deputy] others:[option] roles:[option] sections:[option] may_list:bool may_add:bool "
	                  "may_grant:bool may_deputy:bool may_absence:bool may_sessions:bool may_factors:bool sessions:[session]? factors:[factor]?" },
	{ "deputies", "accounts:[away]" },
	{ "evidence", "@caserow tab:text tabs:[tab] files:[file] note_given:text person_given:text may_add:bool" },
	{ "looks", "@caserow tab:text tabs:[tab] times:int persons:[looker] looks:[look] more:bool" },
	{ "home", "notices:[notice] reviews:[review] screening:[screening_wait] screening_newest:text overdue:int due_today:int due_soon:int due_later:int counted:int? duties:[duty] more:bool waiting:[thread_row] "
	          "waiting_more:bool approvals:int troubles:int cases:[caserow] cases_more:bool witness_alarm:bool witness_ahead:bool witness_forks:bool witness_some:bool" },
	{ "duties", "voluntary:bool duties:[duty]" },
	{ "calendar", "days:[day]" },
	{ "cases", "showing_closed:bool cases:[caserow] next_case:text" },
	{ "case", "@caserow title:text tab:text tabs:[tab] next_step:duty? must:[duty] may:[duty] ended:[duty] likely:[duty] "
	          "asks:[ask_row] asks_all:int asks_more:bool bars:[bar] chart_height:int chart_now:int may_close:bool may_reopen:bool "
	          "may_state:bool may_assign:bool" },
	{ "told", "@caserow must:[duty] may:[duty] likely:[duty] questions:int" },
	{ "ask", "@caserow tab:text tabs:[tab] controls:[control] asks_all:int known_at:date" },
	{ "facts", "@caserow tab:text tabs:[tab] sections:[section] section:text facts:[fact] may_state:bool controls:[control]? known_at:date" },
	{ "stated", "@caserow stated:int from:text changes:[change]" },
	{ "fact_history", "@caserow tab:text tabs:[tab] label:text facts:[fact]" },
	{ "timeline", "@caserow tab:text tabs:[tab] events:[event] when:date what_given:text by_given:text source_given:text may_add:bool" },
	{ "people_told", "@caserow tab:text tabs:[tab] duties:[duty] facts:[fact] rounds:[round] persons_known:bool persons:int sent:int returned:int "
	                 "reached:int rest:int persons_said:text reached_said:text rest_said:text returned_said:text all_told:bool on:date sent_given:text returned_given:text note_given:text may_tell:bool may_state:bool" },
	{ "case_record", "@caserow tab:text tabs:[tab] entries:[entry] views:[entry]" },
	{ "duty_page", "@caserow tab:text tabs:[tab] duty:duty told:[told_of] steps:[notice_step] escalate:text taken:bool may_confirm:bool content:[text] form_id:text? act_name:text? grounds:[option] "
	               "reports:[report_ref] on:date may_done:bool may_waive:bool may_undo:bool may_draft:bool reason_given:text note_given:text" },
	{ "reports", "@caserow tab:text tabs:[tab] reports:[filing] duties:[duty] may_draft:bool" },
	{ "report", "@caserow @filing tab:text tabs:[tab] drafter:text approvals:[approval] may_approve:bool own_draft:bool may_submit:bool "
	            "may_draft:bool steps:[step] paper:[paper_part] on:date receipt_given:text note_given:text" },
	{ "report_step", "@caserow @filing tab:text tabs:[tab] drafter:text approvals:[approval] may_approve:bool own_draft:bool "
	                 "may_submit:bool may_draft:bool step:text steps:[step] controls:[control] paper:[paper_part]" },
	{ "report_changes", "@caserow @filing tab:text tabs:[tab] drafter:text approvals:[approval] may_approve:bool own_draft:bool "
	                    "may_submit:bool may_draft:bool before_no:int changes:[field_change]" },
	{ "record", "case_given:text actor_given:text act_given:text since_given:text until_given:text next_before:text actors:[named] acts:[named] size:int origin:text vkey:text entries:[entry]" },
	{ "accounts", "accounts:[account] roles:[option] sections:[option] may_add:bool may_grant:bool may_section:bool next_account:text "
	              "name_given:text login_given:text mail_given:text" },
	{ "account_code", "account:text name:text code:text" },
	{ "search", "words:text too_short:bool hits:[hit] limited:bool reading:bool" },
	{ "hit", "num:text title:text field:text text:text path:text" },
	{ "problem", "type:text status:int code:text title:text title_ja:text title_en:text name:text? errors:[field_error]?" },
	{ "field_error", "field:text text:text" },
	{ "release", "release:int at:when by:text regime_name:text law:bool law_met:bool receiver:text purpose:text rows:int suppressed:int classes:int k:int "
	             "sealed:bool output_sha:text again:bool?" },
	{ "deid", "releases:[release]" },
	{ "deid_criterion", "article:text asks:text met:bool review:bool by:[text]" },
	{ "deid_release", "@release input_sha:text report_sha:text spec_sha:text sealed_sha:text report:bool banned:bool criteria:[deid_criterion] "
	                  "risk:[label_row] utility:[label_row] columns:[label_row]" },
	{ "screening_sum", "run:text items:int waiting:int kept:when proof:bool? by:text? sources:int? lines:int? lines_said:text? damaged:int? missing:int? accesses:int? "
	                   "unexplained:int? since:when? until:when?" },
	{ "screening_wait", "run:text count:int" },
	{ "screenings", "lists:[screening_sum] screening:[screening_wait] screening_newest:text run_given:text may_keep:bool may_persons:bool" },
	{ "screening_row", "item:text rank:int open:bool gone:bool part:bool unknown:bool auditors:bool state:text state_name:text reason_name:text mine:bool decider:text "
	                   "case:text? kind:text? kind_name:text? sample:bool? score:text? score_name:text? severity_name:text? org:text? department_name:text? users:[text]? "
	                   "users_more:int? why:text? would_explain:text? rule:text? events_all:int? known:[text]? from:when? to:when? moment:bool?" },
	{ "screening_state", "state:text name:text count:int here:bool" },
	{ "screening", "run:text items_all:int kept:when? proof:bool? by:text? sources:int? lines:int? lines_said:text? damaged:int? missing:int? accesses:int? unexplained:int? "
	               "since:when? until:when? states:[option] kinds:[option] departments:[option] sorts:[option] state_given:text kind_given:text department_given:text "
	               "sort_given:text mine_given:bool sums:[screening_state] alone:int registered:bool may_review:bool may_reviewer:bool may_assign:bool "
	               "items:[screening_row] next_from:int" },
	{ "screening_decision", "at:when by:text result_name:text reason_name:text note:text" },
	{ "screening_item", "run:text @screening_row may_decide:bool may_review:bool may_reviewer:bool may_case:bool events:[text]? results:[option]? reasons:[option]? note_given:text? "
	                    "judged:int? confirmed:int? weight:int? decisions:[screening_decision]?" },
	{ "screening_source", "name:text form:text encoding:text lines:text read:text damaged:text twice:text others:text" },
	{ "screening_explained", "id:text name:text count:text" },
	{ "screening_table", "name:text given:bool rows:text not_understood:text" },
	{ "screening_rule", "id:text name:text why:text weight:int without:[text]" },
	{ "screening_proof", "run:text kept:when by:text since:when? until:when? items:int organisations:text missing:text accesses:text unexplained:text "
	                     "sources:[screening_source] explanations:[screening_explained] tables:[screening_table] rules:[screening_rule] half_blind:int" },
	{ "screening_number", "name:text number:text" },
	{ "screening_numbers", "run:text may_list:bool states:[screening_number] reasons:[screening_number]" },
	{ "screening_weight", "kind:text kind_name:text judged:int confirmed:int weight:int less:bool greater:bool" },
	{ "screening_weights", "weights:[screening_weight] untouched:int" },
	{ "screening_reviewer", "name:text log_account:text superior:text auditor:bool items:int" },
	{ "screening_reviewers", "reviewers:[screening_reviewer] may_set:bool people:[option] account_given:text superior_given:text auditor_given:bool" },
	{ "screening_asked", "ask:int at:when by:text state_name:text agreed:bool answered:bool" },
	{ "screening_persons", "asked:[screening_asked] may_ask:bool" },
	{ "screening_access", "at:when? system:text action_name:text worker:text case_given:bool" },
	{ "screening_person", "@screening_asked house:text accesses:[screening_access] count:int" },
	{ "done", "" },
};

static const char *members_of(slice name)
{
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
		if (slice_is(name, shapes[i].name))
			return shapes[i].members;
	return NULL;
}

static void put_ref(struct json_out *o, slice name)
{
	char room[128];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	buf_putf(&b, "#/components/schemas/%" S_FMT, S_ARG(name));
	jo_object(o);
	jo_kv_text(o, "$ref", buf_slice(&b));
	jo_end_object(o);
}

static void put_type(struct json_out *o, slice type)
{
	if (type.len > 0 && type.p[0] == '[') {
		jo_object(o);
		jo_kv_text(o, "type", S("array"));
		jo_key(o, S("items"));
		put_type(o, slice_sub(type, 1, type.len - 2));
		jo_end_object(o);
		return;
	}
	if (slice_is(type, "text") || slice_is(type, "when") || slice_is(type, "int") || slice_is(type, "bool")) {
		jo_object(o);
		jo_kv_text(o, "type", slice_is(type, "int") ? S("integer") : slice_is(type, "bool") ? S("boolean") : S("string"));
		jo_end_object(o);
		return;
	}
	put_ref(o, type);
}

/* One member, or with `need` only its name when it is required; `when` has a second one. */
static void put_member(struct json_out *o, slice word, bool names)
{
	size_t colon = slice_find(word, S(":"), 0);
	slice name = slice_sub(word, 0, colon), type = slice_sub(word, colon + 1, SIZE_MAX);
	bool optional = slice_ends(type, S("?"));
	char room[128];
	struct buf b = { .p = room, .cap = sizeof room, .max = sizeof room };

	if (optional)
		type = slice_sub(type, 0, type.len - 1);
	buf_putf(&b, "%" S_FMT "_iso", S_ARG(name));
	if (names && !optional) {
		jo_text(o, name);
		if (slice_is(type, "when"))
			jo_text(o, buf_slice(&b));
	}
	if (names)
		return;
	jo_key(o, name);
	put_type(o, type);
	if (slice_is(type, "when")) {
		jo_key(o, buf_slice(&b));
		put_type(o, S("text"));
	}
}

static void put_members(struct json_out *o, slice members, bool names)
{
	slice word;

	while (slice_next(&members, ' ', &word)) {
		if (word.len == 0)
			continue;
		if (word.p[0] == '@')
			put_members(o, slice_of(members_of(slice_sub(word, 1, SIZE_MAX))), names);
		else
			put_member(o, word, names);
	}
}

static void put_schemas(struct json_out *o)
{
	jo_key(o, S("schemas"));
	jo_object(o);
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		jo_key(o, slice_of(shapes[i].name));
		jo_object(o);
		jo_kv_text(o, "type", S("object"));
		jo_kv_bool(o, "additionalProperties", false);
		jo_key(o, S("properties"));
		jo_object(o);
		put_members(o, slice_of(shapes[i].members), false);
		jo_end_object(o);
		jo_key(o, S("required"));
		jo_array(o);
		put_members(o, slice_of(shapes[i].members), true);
		jo_end_array(o);
		jo_end_object(o);
	}
	jo_end_object(o);
}

/* ---- what goes in ---- */

static const char *type_of(enum field_type t)
{
	switch (t) {
	case FIELD_COUNT: return "integer";
	case FIELD_FLAG: return "boolean";
	case FIELD_ANY: return "object";
	case FIELD_TEXT: case FIELD_LONG: case FIELD_WORD: case FIELD_DAY: case FIELD_MOMENT: case FIELD_CHOICE: case FIELD_SECRET: break;
	}
	return "string";
}

static slice field_name(const struct field_spec *f)
{
	slice s = slice_of(f->name);

	return f->type == FIELD_ANY ? slice_sub(s, 0, s.len - 1) : s;
}

static void put_field(struct json_out *o, const struct field_spec *f)
{
	slice rest = slice_of(f->choices ? f->choices : ""), word;

	jo_object(o);
	jo_kv_text(o, "type", slice_of(type_of(f->type)));
	if (f->max)
		jo_kv_int(o, "maxLength", (int64_t)f->max);
	if (rest.len > 0) {
		jo_key(o, S("enum"));
		jo_array(o);
		while (slice_next(&rest, ' ', &word))
			jo_text(o, word);
		jo_end_array(o);
	}
	jo_kv_text(o, "description", slice_of(f->en));
	jo_end_object(o);
}

static void put_parameter(struct json_out *o, slice name, bool in_path, bool need)
{
	jo_object(o);
	jo_kv_text(o, "name", name);
	jo_kv_text(o, "in", in_path ? S("path") : S("query"));
	jo_kv_bool(o, "required", need);
	jo_key(o, S("schema"));
	put_type(o, S("text"));
	jo_end_object(o);
}

static void put_parameters(struct json_out *o, const struct route *r)
{
	slice rest = slice_of(r->path), part;

	jo_key(o, S("parameters"));
	jo_array(o);
	while (slice_next(&rest, '/', &part))
		if (part.len > 2 && part.p[0] == '{')
			put_parameter(o, slice_sub(part, 1, part.len - 2), true, true);
	for (const struct field_spec *f = r->fields; r->method == GET && f && f->name; f++)
		put_parameter(o, slice_of(f->name), false, f->need);
	jo_end_array(o);
}

static void put_body(struct json_out *o, const struct route *r)
{
	if (r->method != POST || !r->fields)
		return;
	jo_key(o, S("requestBody"));
	jo_object(o);
	jo_key(o, S("content"));
	jo_object(o);
	jo_key(o, S("application/json"));
	jo_object(o);
	jo_key(o, S("schema"));
	jo_object(o);
	jo_kv_text(o, "type", S("object"));
	jo_key(o, S("properties"));
	jo_object(o);
	for (const struct field_spec *f = r->fields; f->name; f++) {
		jo_key(o, field_name(f));
		put_field(o, f);
	}
	jo_end_object(o);
	jo_key(o, S("required"));
	jo_array(o);
	for (const struct field_spec *f = r->fields; f->name; f++)
		if (f->need)
			jo_text(o, slice_of(f->name));
	jo_end_array(o);
	jo_end_object(o);
	jo_end_object(o);
	jo_end_object(o);
	jo_end_object(o);
}

/* ---- what comes out ---- */

static const char *bytes_of(const struct route *r)
{
	static const struct { const char *ending, *type; } types[] = {
		{ ".csv", "text/csv" }, { ".ics", "text/calendar" }, { ".jsonl", "application/jsonl" }, { ".txt", "text/plain" }, { "/pdf", "application/pdf" },
		{ "/sightings.json", "application/stix+json" }, { "/stix.json", "application/stix+json" }, { "/misp.json", "application/json" }, { "/file", "application/json" },
		{ "/evidence/{no}", "application/octet-stream" },
		{ "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (slice_ends(slice_of(r->path), slice_of(types[i].ending)))
			return types[i].type;
	return NULL;
}

static void put_response(struct json_out *o, const char *status, const char *text, const char *type, const char *schema)
{
	jo_key(o, slice_of(status));
	jo_object(o);
	jo_kv_text(o, "description", slice_of(text));
	jo_key(o, S("content"));
	jo_object(o);
	jo_key(o, slice_of(type));
	jo_object(o);
	if (schema) {
		jo_key(o, S("schema"));
		put_ref(o, slice_of(schema));
	}
	jo_end_object(o);
	jo_end_object(o);
	jo_end_object(o);
}

static void put_responses(struct json_out *o, const struct route *r)
{
	static const char *const bad[][2] = {
		{ "400", "not understood" }, { "401", "no token, or one that has ended" }, { "403", "not allowed" }, { "404", "not there" },
		{ "409", "somebody was quicker, or the state does not allow it" }, { "412", "If-Match names another version" },
		{ "413", "too much" }, { "415", "another type of content" }, { "422", "a field is wrong" }, { "503", "try again later" },
	};
	const char *bytes = bytes_of(r);

	jo_key(o, S("responses"));
	jo_object(o);
	if (r->answer)
		put_response(o, "200", "done", "application/json", r->answer);
	else if (bytes)
		put_response(o, "200", "the file", bytes, NULL);
	else
		put_response(o, "201", "done; Location leads to what came of it", "application/json", "done");
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		put_response(o, bad[i][0], bad[i][1], "application/problem+json", "problem");
	jo_end_object(o);
}

static void put_route(struct json_out *o, const struct route *r)
{
	jo_key(o, r->method == GET ? S("get") : S("post"));
	jo_object(o);
	jo_kv_text(o, "summary", slice_of(r->en));
	jo_kv_text(o, "description", slice_of(r->ja));
	if (r->may)
		jo_kv_text(o, "x-scope", slice_of(r->may));
	put_parameters(o, r);
	put_body(o, r);
	put_responses(o, r);
	jo_end_object(o);
}

static bool is_first(const struct route *r)
{
	for (const struct route *x = route_table; x != r; x++)
		if (strcmp(x->path, r->path) == 0 && !(x->flags & ROUTE_PAGE_ONLY))
			return false;
	return true;
}

rc api_describe(struct ctx *c, struct buf *out)
{
	struct json_out o = json_out_on(out);

	(void)c;
	jo_object(&o);
	jo_kv_text(&o, "openapi", S("3.1.0"));
	jo_key(&o, S("info"));
	jo_raw(&o, S("{\"title\":\"Renkei\",\"version\":\"1\",\"description\":\"The pages of a node as JSON. Send Authorization: Bearer with a "
		"token of the account; Accept-Language: en for English texts; If-Match with the ETag of what you saw; Idempotency-Key so that "
		"a second sending does nothing.\"}"));
	jo_key(&o, S("servers"));
	jo_raw(&o, S("[{\"url\":\"/api/v1\"}]"));
	jo_key(&o, S("security"));
	jo_raw(&o, S("[{\"token\":[]}]"));
	jo_key(&o, S("paths"));
	jo_object(&o);
	for (const struct route *r = route_table; r->path; r++) {
		if ((r->flags & ROUTE_PAGE_ONLY) || !is_first(r))
			continue;
		jo_key(&o, slice_of(r->path));
		jo_object(&o);
		for (const struct route *x = r; x->path; x++)
			if (strcmp(x->path, r->path) == 0 && !(x->flags & ROUTE_PAGE_ONLY))
				put_route(&o, x);
		jo_end_object(&o);
	}
	jo_end_object(&o);
	jo_key(&o, S("components"));
	jo_object(&o);
	jo_key(&o, S("securitySchemes"));
	jo_raw(&o, S("{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\"}}"));
	put_schemas(&o);
	jo_end_object(&o);
	jo_end_object(&o);
	buf_putc(out, '\n');
	return OK;
}

rc api_routes(struct ctx *c, struct buf *out)
{
	for (const struct route *r = route_table; r->path; r++) {
		struct json_out o = json_out_on(out);

		jo_object(&o);
		jo_kv_text(&o, "schema", S("renkei.route/1"));
		jo_kv_text(&o, "method", r->method == POST ? S("POST") : S("GET"));
		jo_kv_text(&o, "path", slice_of(r->path));
		if (r->may)
			jo_kv_text(&o, "may", slice_of(r->may));
		jo_kv_bool(&o, "api", !(r->flags & ROUTE_PAGE_ONLY));
		jo_kv_text(&o, "what", slice_of(r->en));
		jo_end_object(&o);
		buf_putc(out, '\n');
	}
	return out->full ? FAIL(c, E_LIMIT, "text.limit") : OK;
}
