/* All handlers; the rows that name them stand in pages.c. */
#ifndef DOOR_HTTP_PAGES_H
#define DOOR_HTTP_PAGES_H

#include "door/http/visit.h"

page_fn page_home, page_sign_in, page_sign_in_do, page_code, page_code_do, page_sign_out, page_language;
page_fn page_oidc_go, page_oidc_back, page_oidc_tie_go, page_oidc_tie;
/* `idp` and `idp_name`: whether there is an identity provider. */
void idp_put(struct visit *v, struct json_out *o);
page_fn page_first, page_first_do, page_told;
page_fn page_cases, page_cases_table, page_case, page_facts, page_facts_do, page_fact_history, page_ask;
page_fn page_timeline, page_timeline_do, page_close_do, page_case_record, page_people_told;
page_fn page_duties, page_duties_table, page_duty, page_duty_done, page_duty_waive, page_duty_undo;
page_fn page_reports, page_reports_table, page_report_draft, page_report, page_report_step, page_report_step_do, page_report_pdf,
	page_report_xlsx, page_report_approve, page_report_submit,
	page_report_changes;
page_fn page_draft_put, page_draft_drop;
page_fn page_record, page_record_table, page_search, page_calendar, page_calendar_ics;
page_fn page_invited, page_invited_do, page_enrol, page_enrol_do;
page_fn page_accounts, page_accounts_table, page_account_add, page_account_invite, page_account_state, page_grant_add, page_grant_end,
	page_section_add;
/* what waits, reviews, settings, evidence, passkeys */
page_fn page_notices, page_notice_confirm, page_reviews, page_review_done, page_settings, page_settings_policy;
page_fn page_assign, page_assign_do, page_looks, page_looks_table, page_looks_extract;
page_fn page_evidence, page_evidence_add, page_evidence_file, page_told_round;
page_fn page_account, page_deputies, page_deputy_set, page_deputy_end, page_account_absence, page_account_absence_end,
	page_account_session_end, page_account_factor_drop, page_section_close;
page_fn page_feed, page_feed_add;
page_fn page_recovery, page_factor_drop, page_absence_end, page_passkey_add, page_passkey_in;
/* pieces that other pages show too */
MUST_USE rc reviews_put_due(struct visit *v, struct json_out *o);
MUST_USE rc told_put(struct visit *v, struct json_out *o, const struct case_head *h, const struct look *look);

page_fn page_own, page_password_do, page_session_end, page_token_add, page_absence_do;

/* acting together */
page_fn page_guidelines, page_guidelines_table, page_guideline_new, page_guideline_do;
page_fn page_partners, page_partner, page_partner_add, page_partner_note, page_partner_address, page_partner_end;
page_fn page_memos, page_memo, page_memo_file, page_memo_draft, page_memo_take, page_memo_end;
page_fn page_motion, page_motion_carry, page_motion_drop;
page_fn page_threads, page_thread, page_thread_link, page_thread_kinds, page_thread_new, page_thread_new_do, page_thread_step,
	page_thread_step_do;
page_fn page_preview, page_preview_hold, page_preview_send, page_preview_drop;
page_fn page_received, page_recall_answer, page_sent, page_recall;
page_fn page_wishes, page_wish_add, page_wish_end;
page_fn page_room, page_room_judge, page_principals, page_principals_table;
page_fn page_exercise;
page_fn page_deid, page_deid_table, page_deid_release;
page_fn page_screenings, page_screening_keep, page_screening, page_screening_table, page_screening_assign, page_screening_item,
	page_screening_decide, page_screening_proof, page_screening_pdf, page_screening_numbers, page_screening_weights,
	page_screening_weights_file, page_screening_reviewers, page_screening_reviewer_set, page_screening_persons,
	page_screening_person_add, page_screening_person, page_screening_person_table;
page_fn page_selections, page_selection_add, page_selection, page_selection_decide, page_selection_file,
	page_selection_table, page_selection_held;
page_fn page_watches, page_watch_add, page_watch, page_watch_log, page_watch_file, page_watch_table;

#endif
