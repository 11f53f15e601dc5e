/* The routes. A new page: docs/how-to-add-a-page.md. */
#include "door/http/pages.h"

#include "base/banned.h"

static const struct field_spec f_sign_in[] = {
	{ "login", FIELD_TEXT, .need = true, .ja = "利用者名", .en = "User name" },
	{ "password", FIELD_SECRET, .need = true, .max = 1024, .ja = "パスワード", .en = "Password" },
	{ 0 },
};
static const struct field_spec f_code[] = {
	{ "code", FIELD_TEXT, .need = true, .max = 64, .ja = "確認コード", .en = "Code" },
	{ 0 },
};
static const struct field_spec f_language[] = {
	{ "to", FIELD_CHOICE, .need = true, .choices = "ja en", .ja = "言語", .en = "Language" },
	{ 0 },
};
static const struct field_spec f_first[] = {
	{ "known", FIELD_MOMENT, .need = true, .ja = "知った日時", .en = "When you came to know" },
	{ "title", FIELD_TEXT, .max = 300, .ja = "件名", .en = "Title" },
	{ "summary", FIELD_LONG, .ja = "何が起きたか", .en = "What happened" },
	{ "fact.", FIELD_ANY, .ja = "事実", .en = "Facts" },
	{ 0 },
};
static const struct field_spec f_cases[] = {
	{ "state", FIELD_CHOICE, .choices = "open closed", .ja = "状態", .en = "State" },
	{ "after", FIELD_WORD, .ja = "続き", .en = "After" },
	{ 0 },
};
static const struct field_spec f_duties[] = {
	{ "kind", FIELD_CHOICE, .choices = "must may", .ja = "種類", .en = "Kind" },
	{ 0 },
};
static const struct field_spec f_facts[] = {
	{ "section", FIELD_WORD, .ja = "区分", .en = "Section" },
	{ "from", FIELD_CHOICE, .choices = "ask", .ja = "画面", .en = "Page" },
	{ 0 },
};
static const struct field_spec f_state[] = {
	{ "known", FIELD_MOMENT, .ja = "知った日時", .en = "When it came to be known" },
	{ "section", FIELD_WORD, .ja = "区分", .en = "Section" },
	{ "from", FIELD_CHOICE, .choices = "ask", .ja = "画面", .en = "Page" },
	{ "sure", FIELD_CHOICE, .choices = "confirmed estimated assumed heard", .ja = "確かさ", .en = "How sure" },
	{ "by", FIELD_TEXT, .ja = "誰から聞いたか", .en = "Who said it" },
	{ "source", FIELD_TEXT, .ja = "根拠", .en = "Source" },
	{ "reason", FIELD_TEXT, .ja = "訂正の理由", .en = "Why it is corrected" },
	{ "mend", FIELD_FLAG, .ja = "訂正", .en = "Correction" },
	{ "stay", FIELD_FLAG, .ja = "保存のみ", .en = "Only save" },
	{ "fact.", FIELD_ANY, .ja = "事実", .en = "Facts" },
	{ 0 },
};
static const struct field_spec f_event[] = {
	{ "at", FIELD_MOMENT, .need = true, .ja = "日時", .en = "When" },
	{ "about", FIELD_FLAG, .ja = "おおよその時刻", .en = "About" },
	{ "kind", FIELD_WORD, .max = 60, .ja = "種類", .en = "Kind" },
	{ "what", FIELD_LONG, .need = true, .max = 3900, .ja = "出来事", .en = "What happened" },
	{ "by", FIELD_TEXT, .ja = "誰が", .en = "Who" },
	{ "source", FIELD_TEXT, .ja = "根拠", .en = "Source" },
	{ 0 },
};
static const struct field_spec f_reason[] = {
	{ "reason", FIELD_TEXT, .need = true, .max = 3900, .ja = "理由", .en = "Reason" },
	{ 0 },
};
static const struct field_spec f_close[] = {
	{ "reason", FIELD_TEXT, .max = 3900, .ja = "理由", .en = "Reason" },
	{ 0 },
};
static const struct field_spec f_done[] = {
	{ "how", FIELD_CHOICE, .need = true, .choices = "letter call online publication report other", .ja = "方法", .en = "How" },
	{ "on", FIELD_MOMENT, .need = true, .ja = "行った日時", .en = "When it was done" },
	{ "receipt", FIELD_TEXT, .ja = "受付番号", .en = "Receipt number" },
	{ "note", FIELD_TEXT, .max = 3900, .ja = "メモ", .en = "Note" },
	{ 0 },
};
static const struct field_spec f_waive[] = {
	{ "ground", FIELD_WORD, .need = true, .ja = "行わない根拠", .en = "Ground" },
	{ "reason", FIELD_TEXT, .need = true, .max = 3900, .ja = "理由", .en = "Reason" },
	{ 0 },
};
static const struct field_spec f_draft[] = {
	{ "rule", FIELD_WORD, .ja = "義務", .en = "Duty" },
	{ "form", FIELD_WORD, .ja = "様式", .en = "Form" },
	{ "kind", FIELD_CHOICE, .choices = "preliminary follow_up final other", .ja = "種別", .en = "Kind" },
	{ 0 },
};
static const struct field_spec f_submit[] = {
	{ "on", FIELD_MOMENT, .need = true, .ja = "提出した日時", .en = "When it was submitted" },
	{ "receipt", FIELD_TEXT, .ja = "受付番号", .en = "Receipt number" },
	{ "channel", FIELD_TEXT, .ja = "提出方法", .en = "Channel" },
	{ "note", FIELD_TEXT, .max = 3900, .ja = "メモ・緊急の理由", .en = "Note, or why it is an emergency" },
	{ "incomplete", FIELD_FLAG, .ja = "欠けたまま提出", .en = "Submit with gaps" },
	{ "emergency", FIELD_FLAG, .ja = "緊急の提出", .en = "Emergency" },
	{ 0 },
};
static const struct field_spec f_record[] = {
	{ "case", FIELD_WORD, .ja = "事案番号", .en = "Case" },
	{ "actor", FIELD_WORD, .ja = "操作者", .en = "Actor" },
	{ "act", FIELD_WORD, .ja = "行為", .en = "Act" },
	{ 0 },
};

static const struct field_spec f_invited[] = {
	{ "code", FIELD_SECRET, .need = true, .max = 200, .ja = "招待の番号", .en = "Code of the invitation" },
	{ "password", FIELD_SECRET, .need = true, .max = 1024, .ja = "パスワード", .en = "Password" },
	{ "again", FIELD_SECRET, .need = true, .max = 1024, .ja = "パスワード（もう一度）", .en = "Password again" },
	{ 0 },
};
static const struct field_spec f_enrol[] = {
	{ "secret", FIELD_SECRET, .need = true, .max = 100, .ja = "鍵", .en = "Key" },
	{ "code", FIELD_TEXT, .need = true, .max = 64, .ja = "確認コード", .en = "Code" },
	{ 0 },
};
static const struct field_spec f_after[] = { { "after", FIELD_WORD, .ja = "続き", .en = "After" }, { 0 } };
#define F_ROLE { "role", FIELD_CHOICE, .choices = "chief lead handler auditor admin reader inspector", .ja = "役割", .en = "Role" }
#define F_SECTION { "section", FIELD_WORD, .ja = "課室", .en = "Section" }
static const struct field_spec f_account[] = {
	{ "name", FIELD_TEXT, .need = true, .max = 200, .ja = "氏名", .en = "Name" },
	{ "login", FIELD_TEXT, .need = true, .max = 100, .ja = "利用者名", .en = "User name" },
	{ "mail", FIELD_TEXT, .max = 254, .ja = "メールアドレス", .en = "Mail" },
	F_ROLE,
	F_SECTION,
	{ 0 },
};
static const struct field_spec f_grant[] = {
	{ "role", FIELD_CHOICE, .need = true, .choices = "chief lead handler auditor admin reader inspector", .ja = "役割", .en = "Role" },
	F_SECTION,
	{ "until", FIELD_DAY, .ja = "いつまで", .en = "Until" },
	{ 0 },
};
static const struct field_spec f_account_state[] = {
	{ "state", FIELD_CHOICE, .need = true, .choices = "active suspended left", .ja = "状態", .en = "State" },
	{ 0 },
};
static const struct field_spec f_section[] = {
	{ "id", FIELD_WORD, .need = true, .max = 60, .ja = "課室の記号", .en = "Id of the section" },
	{ "name", FIELD_TEXT, .need = true, .max = 200, .ja = "課室の名称", .en = "Name of the section" },
	{ 0 },
};
static const struct field_spec f_password[] = {
	{ "old", FIELD_SECRET, .max = 1024, .ja = "今のパスワード", .en = "Present password" },
	{ "password", FIELD_SECRET, .need = true, .max = 1024, .ja = "新しいパスワード", .en = "New password" },
	{ "again", FIELD_SECRET, .need = true, .max = 1024, .ja = "新しいパスワード（もう一度）", .en = "New password again" },
	{ 0 },
};
static const struct field_spec f_token[] = {
	{ "label", FIELD_WORD, .need = true, .max = 60, .ja = "名前", .en = "Label" },
	{ "scopes", FIELD_TEXT, .need = true, .max = 2000, .ja = "できること", .en = "Scopes" },
	{ "days", FIELD_COUNT, .need = true, .ja = "有効な日数", .en = "Days" },
	{ 0 },
};
static const struct field_spec f_absence[] = {
	{ "from", FIELD_DAY, .need = true, .ja = "いつから", .en = "From" },
	{ "to", FIELD_DAY, .need = true, .ja = "いつまで", .en = "To" },
	{ 0 },
};

static const struct field_spec f_review[] = {
	{ "review", FIELD_COUNT, .need = true, .ja = "点検", .en = "Review" },
	{ "result", FIELD_CHOICE, .need = true, .choices = "kept changed", .ja = "結果", .en = "Result" },
	{ 0 },
};
static const struct field_spec f_policy[] = {
	{ "four_eyes", FIELD_CHOICE, .need = true, .choices = "on off", .ja = "二人での確認", .en = "Four eyes" },
	{ 0 },
};
static const struct field_spec f_assign[] = { { "section.", FIELD_ANY, .ja = "課室", .en = "Sections" }, { 0 } };
static const struct field_spec f_evidence[] = {
	{ "file", FIELD_ANY, .ja = "ファイル", .en = "File" },
	{ "note", FIELD_TEXT, .max = 3900, .ja = "これは何か", .en = "What it is" },
	{ 0 },
};
static const struct field_spec f_round[] = {
	{ "how", FIELD_CHOICE, .need = true, .choices = "letter call mail visit notice other", .ja = "方法", .en = "How" },
	{ "on", FIELD_MOMENT, .need = true, .ja = "通知した日", .en = "Day" },
	{ "sent", FIELD_COUNT, .ja = "通知した人数", .en = "Number of people" },
	{ "returned", FIELD_COUNT, .ja = "届かなかった人数", .en = "Could not be reached" },
	{ "note", FIELD_TEXT, .max = 3900, .ja = "メモ", .en = "Note" },
	{ 0 },
};
static const struct field_spec f_deputy[] = {
	{ "deputy", FIELD_WORD, .need = true, .ja = "代理の人", .en = "Deputy" },
	{ "from", FIELD_DAY, .ja = "いつから", .en = "From" },
	{ "to", FIELD_DAY, .ja = "いつまで", .en = "To" },
	{ "standing", FIELD_FLAG, .ja = "不在でないときも", .en = "Also when not away" },
	{ 0 },
};
static const struct field_spec f_deputy_end[] = { { "deputy", FIELD_WORD, .need = true, .ja = "代理の人", .en = "Deputy" }, { 0 } };
static const struct field_spec f_session[] = { { "session", FIELD_WORD, .need = true, .ja = "サインイン", .en = "Session" }, { 0 } };
static const struct field_spec f_factor[] = { { "factor", FIELD_WORD, .need = true, .ja = "二つ目の認証", .en = "Factor" }, { 0 } };
static const struct field_spec f_section_id[] = { { "id", FIELD_WORD, .need = true, .ja = "課室の記号", .en = "Section" }, { 0 } };
static const struct field_spec f_passkey_new[] = {
	{ "label", FIELD_WORD, .max = 60, .ja = "名前", .en = "Label" },
	{ "client_data", FIELD_SECRET, .need = true, .max = 16000, .ja = "パスキー", .en = "Passkey" },
	{ "attestation", FIELD_SECRET, .need = true, .max = 64000, .ja = "パスキー", .en = "Passkey" },
	{ 0 },
};
static const struct field_spec f_passkey_in[] = {
	{ "id", FIELD_SECRET, .need = true, .max = 2000, .ja = "パスキー", .en = "Passkey" },
	{ "client_data", FIELD_SECRET, .need = true, .max = 16000, .ja = "パスキー", .en = "Passkey" },
	{ "auth_data", FIELD_SECRET, .need = true, .max = 16000, .ja = "パスキー", .en = "Passkey" },
	{ "signature", FIELD_SECRET, .need = true, .max = 4000, .ja = "パスキー", .en = "Passkey" },
	{ 0 },
};

static const struct field_spec f_search[] = { { "words", FIELD_TEXT, .max = 200, .ja = "探す言葉", .en = "Words" }, { 0 } };
static const struct field_spec f_draft_put[] = {
	{ "page", FIELD_TEXT, .need = true, .max = 300, .ja = "画面", .en = "Page" },
	{ "", FIELD_ANY, .ja = "", .en = "" },
	{ 0 },
};
static const struct field_spec f_draft_drop[] = {
	{ "page", FIELD_TEXT, .need = true, .max = 300, .ja = "画面", .en = "Page" },
	{ 0 },
};

#define C "/cases/{case}"
#define A "/accounts/{account}"
#define R C "/reports/{no}"

const struct route route_table[] = {
	{ GET, "/", "page:home", NULL, page_home, NULL, 0, "することの一覧", "What is due", "home" },
	{ GET, "/sign-in", NULL, NULL, page_sign_in, NULL, ROUTE_PAGE_ONLY, "サインイン", "Sign in", NULL },
	{ POST, "/sign-in", NULL, f_sign_in, page_sign_in_do, page_sign_in, ROUTE_PAGE_ONLY, "サインインする", "Sign in", NULL },
	{ GET, "/sign-in/code", NULL, NULL, page_code, NULL, ROUTE_PAGE_ONLY, "確認コード", "Second factor", NULL },
	{ POST, "/sign-in/code", NULL, f_code, page_code_do, page_code, ROUTE_PAGE_ONLY, "確認コードを送る", "Second factor", NULL },
	{ POST, "/sign-out", NULL, NULL, page_sign_out, NULL, ROUTE_PAGE_ONLY | ROUTE_OPEN, "サインアウトする", "Sign out", NULL },
	{ GET, "/invited", NULL, NULL, page_invited, NULL, ROUTE_PAGE_ONLY, "招待を受ける画面", "Take an invitation", NULL },
	{ POST, "/invited", NULL, f_invited, page_invited_do, page_invited, ROUTE_PAGE_ONLY, "招待を受ける", "Take an invitation", NULL },
	{ GET, "/enrol", NULL, NULL, page_enrol, NULL, ROUTE_PAGE_ONLY | ROUTE_OPEN, "二つ目の認証の画面", "Second factor", NULL },
	{ POST, "/enrol", NULL, f_enrol, page_enrol_do, page_enrol, ROUTE_PAGE_ONLY | ROUTE_OPEN, "二つ目の認証を登録する", "Set up the second factor", NULL },
	{ GET, "/language", NULL, f_language, page_language, NULL, ROUTE_PAGE_ONLY, "言語を選ぶ", "Language", NULL },
	{ GET, "/first-report", "case.open", NULL, page_first, NULL, ROUTE_PAGE_ONLY | ROUTE_KEEP, "第一報の画面", "First report", NULL },
	{ POST, "/first-report", "case.open", f_first, page_first_do, page_first, 0, "第一報を出し、事案を開く", "First report: open a case", NULL },
	{ GET, "/duties", "page:duties", f_duties, page_duties, NULL, 0, "義務の一覧", "Duties of all cases", "duties" },
	{ GET, "/duties.csv", "page:duties", NULL, page_duties_csv, NULL, 0, "義務の一覧（CSV）", "Duties as CSV", NULL },
	{ GET, "/calendar", "page:calendar", NULL, page_calendar, NULL, 0, "期限のカレンダー", "Deadlines by day", "calendar" },
	{ GET, "/calendar.ics", "page:calendar", NULL, page_calendar_ics, NULL, 0, "期限のカレンダー（iCalendar）", "Deadlines as iCalendar", NULL },
	{ GET, "/search", "page:search", f_search, page_search, NULL, 0, "検索", "Search", "search" },
	{ GET, "/cases", "page:cases", f_cases, page_cases, NULL, 0, "事案の一覧", "Cases", "cases" },
	{ GET, "/cases.csv", "page:cases", NULL, page_cases_csv, NULL, 0, "事案の一覧（CSV）", "Cases as CSV", NULL },
	{ GET, C, "page:case", NULL, page_case, NULL, 0, "事案", "A case", "case" },
	{ GET, C "/told", "page:case", NULL, page_told, NULL, 0, "誰にいつまでに知らせるか", "Whom to tell by when", "told" },
	{ GET, C "/ask", "page:case", NULL, page_ask, NULL, ROUTE_KEEP, "決め手になる質問", "Questions that decide", "ask" },
	{ GET, C "/facts", "page:case", f_facts, page_facts, NULL, ROUTE_KEEP, "分かっていること", "Facts", "facts" },
	{ POST, C "/facts", "fact.state", f_state, page_facts_do, page_facts, 0, "事実を述べる", "State facts", "stated" },
	{ GET, C "/facts/{path}", "page:case", NULL, page_fact_history, NULL, 0, "事実の履歴", "History of a fact", "fact_history" },
	{ GET, C "/timeline", "page:case", NULL, page_timeline, NULL, ROUTE_KEEP, "時系列", "Timeline", "timeline" },
	{ POST, C "/timeline", "case.event", f_event, page_timeline_do, page_timeline, 0, "出来事を書く", "Note an event", NULL },
	{ GET, C "/people", "page:case", NULL, page_people_told, NULL, 0, "本人への連絡", "People informed", "people_told" },
	{ GET, C "/record", "page:case", NULL, page_case_record, NULL, 0, "事案の記録と閲覧者", "Record of the case, and who looked", "case_record" },
	{ POST, C "/close", "case.close", f_close, page_close_do, page_case, 0, "終結する", "Close", NULL },
	{ POST, C "/reopen", "case.reopen", f_close, page_close_do, page_case, 0, "再び開く", "Open again", NULL },
	{ GET, C "/duties/{rule}", "page:case", NULL, page_duty, NULL, 0, "義務", "A duty", "duty_page" },
	{ POST, C "/duties/{rule}/done", "duty.done", f_done, page_duty_done, page_duty, 0, "済みとする", "Done", NULL },
	{ POST, C "/duties/{rule}/waive", "duty.waive", f_waive, page_duty_waive, page_duty, 0, "行わないと決める", "Waive", NULL },
	{ POST, C "/duties/{rule}/undo", "duty.undo", f_reason, page_duty_undo, page_duty, 0, "取り消す", "Undo", NULL },
	{ GET, C "/reports", "page:case", NULL, page_reports, NULL, 0, "報告書の一覧", "Reports", "reports" },
	{ POST, C "/reports", "report.draft", f_draft, page_report_draft, page_reports, 0, "報告書を作る", "Draft a report", NULL },
	{ GET, R, "page:report", NULL, page_report, NULL, 0, "報告書", "A report", "report" },
	{ GET, R "/steps/{step}", "report.draft", NULL, page_report_step, NULL, ROUTE_KEEP, "報告書を埋める", "A step of filling in", "report_step" },
	{ POST, R "/steps/{step}", "fact.state", f_state, page_report_step_do, page_report_step, 0, "埋めた内容を保存する", "Save a step", NULL },
	{ GET, R "/pdf", "page:report", NULL, page_report_pdf, NULL, 0, "報告書（PDF）", "A report as PDF", NULL },
	{ GET, R "/xlsx", "page:report", NULL, page_report_xlsx, NULL, 0, "報告書（XLSX）", "A report as XLSX", NULL },
	{ GET, R "/changes", "page:report", NULL, page_report_changes, NULL, 0, "前回から変わったところ", "What changed", "report_changes" },
	{ POST, R "/approve", "approval.give", NULL, page_report_approve, page_report, 0, "内容を確認した（承認）", "Approve the draft", NULL },
	{ POST, R "/submit", "report.submit", f_submit, page_report_submit, page_report, 0, "提出済みとする", "Submit", NULL },
	{ GET, "/record", "page:record", f_record, page_record, NULL, 0, "記録", "The record", "record" },
	{ GET, "/record.csv", "page:record", f_record, page_record_csv, NULL, 0, "記録（CSV）", "The record as CSV", NULL },
	{ GET, "/accounts", "page:people", f_after, page_accounts, NULL, 0, "利用者の一覧", "Accounts", "accounts" },
	{ POST, "/accounts", "account.add", f_account, page_account_add, page_accounts, 0, "利用者を招待する", "Invite somebody", "account_code" },
	{ POST, A "/invite", "account.invite", NULL, page_account_invite, page_accounts, 0, "もう一度招待する", "Invite again", "account_code" },
	{ POST, A "/state", "account.state", f_account_state, page_account_state, page_accounts, 0, "利用を止める・再開する", "Suspend or activate", NULL },
	{ POST, A "/grants", "grant.add", f_grant, page_grant_add, page_accounts, 0, "役割を与える", "Give a role", NULL },
	{ POST, A "/grants/end", "grant.end", f_grant, page_grant_end, page_accounts, 0, "役割を終える", "End a role", NULL },
	{ POST, "/sections", "section.add", f_section, page_section_add, page_accounts, 0, "課室を加える", "Add a section", NULL },
	{ POST, "/sections/close", "section.close", f_section_id, page_section_close, page_accounts, 0, "課室を閉じる", "Close a section", NULL },
	{ GET, A, "page:account", NULL, page_account, NULL, 0, "利用者", "An account", "account_page" },
	{ POST, A "/deputies", "deputy.set", f_deputy, page_deputy_set, page_account, 0, "代理を決める", "Set a deputy", NULL },
	{ POST, A "/deputies/end", "deputy.end", f_deputy_end, page_deputy_end, page_account, 0, "代理を終える", "End a deputy", NULL },
	{ POST, A "/absence", "absence.set", f_absence, page_account_absence, page_account, 0, "不在を届ける", "Say that somebody is away", NULL },
	{ POST, A "/absence/end", "absence.end", NULL, page_account_absence_end, page_account, 0, "不在を取り消す", "End an absence", NULL },
	{ POST, A "/sessions/end", "session.end", f_session, page_account_session_end, page_account, 0, "サインインを終わらせる", "End a session of somebody", NULL },
	{ POST, A "/factors/drop", "secret.drop", f_factor, page_account_factor_drop, page_account, 0, "二つ目の認証を外す", "Drop a second factor of somebody", NULL },
	{ GET, "/deputies", "deputy.set", NULL, page_deputies, NULL, 0, "不在と代理の一覧", "Who is away, who stands in", "deputies" },
	{ GET, "/notices", "page:home", NULL, page_notices, NULL, 0, "確認を待っているお知らせ", "Notices that wait for a confirmation", "notices" },
	{ POST, C "/duties/{rule}/confirm", "notice.confirm", NULL, page_notice_confirm, page_duty, 0, "確認して引き受ける", "Confirm and take on", NULL },
	{ GET, "/reviews", "page:reviews", NULL, page_reviews, NULL, 0, "点検", "Reviews", "reviews_page" },
	{ POST, "/reviews/done", "review.done", f_review, page_review_done, page_reviews, 0, "点検済みとする", "Note a review", NULL },
	{ GET, "/settings", "page:settings", NULL, page_settings, NULL, 0, "組織の設定", "Settings of the organisation", "settings" },
	{ POST, "/settings/policy", "people.policy", f_policy, page_settings_policy, page_settings, 0, "二人での確認を決める", "Whether a second person approves", NULL },
	{ GET, C "/assign", "case.assign", NULL, page_assign, NULL, 0, "担当の課室", "Sections of a case", "assign" },
	{ POST, C "/assign", "case.assign", f_assign, page_assign_do, page_assign, 0, "担当の課室を決める", "Assign a case to sections", NULL },
	{ GET, C "/looks", "page:case", NULL, page_looks, NULL, 0, "誰が見たか", "Who looked", "looks" },
	{ GET, C "/looks.csv", "page:case", NULL, page_looks_csv, NULL, 0, "誰が見たか（CSV）", "Who looked, as CSV", NULL },
	{ GET, C "/evidence", "page:case", NULL, page_evidence, NULL, 0, "資料", "Evidence", "evidence" },
	{ POST, C "/evidence", "evidence.add", f_evidence, page_evidence_add, page_evidence, ROUTE_FILE, "資料を入れる", "Add a file of evidence", NULL },
	{ GET, C "/evidence/{no}", "look:case", NULL, page_evidence_file, NULL, 0, "資料を取り出す", "A file of evidence", NULL },
	{ POST, C "/people", "told.round", f_round, page_told_round, page_people_told, 0, "本人への通知を書く", "Note that people were told", NULL },
	{ POST, "/drafts", "page:home", f_draft_put, page_draft_put, NULL, ROUTE_PAGE_ONLY, "書きかけを保存する", "Keep a draft", NULL },
	{ POST, "/drafts/drop", "page:home", f_draft_drop, page_draft_drop, NULL, ROUTE_PAGE_ONLY, "書きかけを捨てる", "Drop a draft", NULL },
	{ GET, "/own", "self:account", NULL, page_own, NULL, ROUTE_PAGE_ONLY, "自分の設定", "One's own account", NULL },
	{ POST, "/own/password", "self:password", f_password, page_password_do, page_own, ROUTE_PAGE_ONLY, "パスワードを変える", "Change the password", NULL },
	{ POST, "/own/sessions/end", "self:session", f_session, page_session_end, page_own, ROUTE_PAGE_ONLY, "サインインを終わらせる", "End a session or token", NULL },
	{ POST, "/own/tokens", "self:token", f_token, page_token_add, page_own, ROUTE_PAGE_ONLY, "プログラム用のトークンを作る", "Make a token", NULL },
	{ POST, "/own/absence", "self:absence", f_absence, page_absence_do, page_own, ROUTE_PAGE_ONLY, "不在を届ける", "Say when away", NULL },
	{ POST, "/own/absence/end", "self:absence", NULL, page_absence_end, page_own, ROUTE_PAGE_ONLY, "不在を取り消す", "Not away after all", NULL },
	{ POST, "/own/recovery", "self:factor", NULL, page_recovery, page_own, ROUTE_PAGE_ONLY, "予備のコードを作る", "Make recovery codes", NULL },
	{ POST, "/own/factors/drop", "self:factor", f_factor, page_factor_drop, page_own, ROUTE_PAGE_ONLY, "二つ目の認証を外す", "Drop a second factor", NULL },
	{ POST, "/passkeys", NULL, f_passkey_new, page_passkey_add, NULL, ROUTE_PAGE_ONLY | ROUTE_OPEN, "パスキーを登録する", "Register a passkey", NULL },
	{ POST, "/sign-in/passkey", NULL, f_passkey_in, page_passkey_in, page_code, ROUTE_PAGE_ONLY, "パスキーで続ける", "Second factor by passkey", NULL },
	{ 0 },
};
