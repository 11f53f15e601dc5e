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
static const struct field_spec f_oidc[] = {
	{ "code", FIELD_SECRET, .max = 2048, .ja = "確認コード", .en = "Code" },
	{ "state", FIELD_SECRET, .max = 100, .ja = "確認コード", .en = "State" },
	{ "error", FIELD_SECRET, .max = 200, .ja = "誤り", .en = "Error" },
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
	{ "at", FIELD_MOMENT, .need = true, .ja = "いつ", .en = "When" },
	{ "about", FIELD_FLAG, .ja = "おおよその時刻", .en = "About" },
	{ "kind", FIELD_WORD, .max = 60, .ja = "種類", .en = "Kind" },
	{ "what", FIELD_LONG, .need = true, .max = 3900, .ja = "何があったか", .en = "What happened" },
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
	{ "since", FIELD_DAY, .ja = "いつから", .en = "Since" },
	{ "until", FIELD_DAY, .ja = "いつまで", .en = "Until" },
	{ "before", FIELD_COUNT, .ja = "続き", .en = "Before" },
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
	{ "person", FIELD_TEXT, .max = 32, .ja = "本人の番号", .en = "Id of the person" },
	{ 0 },
};
static const struct field_spec f_extract[] = {
	{ "person", FIELD_TEXT, .max = 32, .ja = "本人の番号", .en = "Id of the person" },
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

static const struct field_spec f_partner[] = {
	{ "card", FIELD_LONG, .need = true, .max = 65536, .ja = "相手の名刺（カード）", .en = "Their card" },
	{ "class", FIELD_WORD, .need = true, .ja = "種別", .en = "Class" },
	{ "agency", FIELD_WORD, .ja = "機関の記号", .en = "Agency" },
	{ "name", FIELD_TEXT, .max = 300, .ja = "名称", .en = "Name" },
	{ "host", FIELD_WORD, .ja = "接続先", .en = "Host" },
	{ "port", FIELD_COUNT, .ja = "ポート", .en = "Port" },
	{ 0 },
};
static const struct field_spec f_note[] = {
	{ "what", FIELD_CHOICE, .need = true, .choices = "name contact deputy duty", .ja = "何を", .en = "What" },
	{ "text", FIELD_TEXT, .need = true, .max = 1000, .ja = "内容", .en = "Text" },
	{ "place", FIELD_COUNT, .ja = "順番", .en = "Order" },
	{ "since", FIELD_DAY, .ja = "いつから", .en = "From" },
	{ "until", FIELD_DAY, .ja = "いつまで", .en = "To" },
	{ 0 },
};
static const struct field_spec f_address[] = {
	{ "host", FIELD_WORD, .need = true, .ja = "接続先", .en = "Host" },
	{ "port", FIELD_COUNT, .need = true, .ja = "ポート", .en = "Port" },
	{ 0 },
};
static const struct field_spec f_memo[] = {
	{ "from", FIELD_DAY, .ja = "開始日", .en = "From" },
	{ "to", FIELD_DAY, .ja = "終了日", .en = "To" },
	{ "review", FIELD_DAY, .ja = "見直しの日", .en = "Review" },
	{ "contract", FIELD_FLAG, .ja = "委託契約", .en = "Contract" },
	{ "dir.", FIELD_ANY, .ja = "向き", .en = "Direction" },
	{ "tlp.", FIELD_ANY, .ja = "扱いの上限", .en = "Highest marking" },
	{ "kept.", FIELD_ANY, .ja = "どの種類でも渡さない項目", .en = "Kept back in every kind" },
	{ "condition.", FIELD_ANY, .ja = "どの種類にも付ける条件", .en = "Condition of every kind" },
	{ "kept_of.", FIELD_ANY, .ja = "種類ごとの渡さない項目", .en = "Kept back in one kind" },
	{ "condition_of.", FIELD_ANY, .ja = "種類ごとの条件", .en = "Condition of one kind" },
	{ 0 },
};
static const struct field_spec f_memo_file[] = {
	{ "file", FIELD_LONG, .need = true, .max = 65536, .ja = "覚書のファイル", .en = "File of the memorandum" },
	{ 0 },
};
static const struct field_spec f_threads[] = {
	{ "state", FIELD_CHOICE, .choices = "open over", .ja = "状態", .en = "State" },
	{ 0 },
};
static const struct field_spec f_link[] = { { "to_case", FIELD_WORD, .need = true, .ja = "事案番号", .en = "Case" }, { 0 } };
static const struct field_spec f_source[] = {
	{ "source", FIELD_WORD, .ja = "受け取ったもの", .en = "What was received" },
	{ "fix", FIELD_WORD, .ja = "訂正するもの", .en = "What it corrects" },
	{ 0 },
};
static const struct field_spec f_thread_new[] = {
	{ "source", FIELD_WORD, .ja = "受け取ったもの", .en = "What was received" },
	{ "fix", FIELD_WORD, .ja = "訂正するもの", .en = "What it corrects" },
	{ "document", FIELD_COUNT, .ja = "仕分けた文書", .en = "The selected document" },
	{ "watch", FIELD_COUNT, .ja = "ログとの照合", .en = "What was seen in logs" },
	{ 0 },
};
static const struct field_spec f_step[] = {
	{ "field.", FIELD_ANY, .ja = "項目", .en = "Fields" },
	{ "to.", FIELD_ANY, .ja = "送る相手", .en = "Recipients" },
	{ "watch", FIELD_COUNT, .ja = "ログとの照合", .en = "What was seen in logs" },
	{ "received.", FIELD_ANY, .ja = "受け取ったもの", .en = "What it is taken from" },
	{ "tlp", FIELD_CHOICE, .choices = "clear green amber amber_strict red", .ja = "扱い", .en = "Marking" },
	{ "onward", FIELD_CHOICE, .choices = "no ask granted free", .ja = "ほかの機関への提供", .en = "Onward sharing" },
	{ "expires", FIELD_MOMENT, .ja = "利用期限", .en = "Expires" },
	{ "due", FIELD_MOMENT, .ja = "回答の期限", .en = "Due" },
	{ "embargo", FIELD_MOMENT, .ja = "解禁の日時", .en = "Embargo" },
	{ "after", FIELD_MOMENT, .ja = "送る日時", .en = "Not before" },
	{ "named", FIELD_FLAG, .ja = "名指しの受領者", .en = "Named recipients" },
	{ "foreign", FIELD_FLAG, .ja = "外国から受けた情報", .en = "Of foreign origin" },
	{ "fix", FIELD_WORD, .ja = "訂正するもの", .en = "What it corrects" },
	{ 0 },
};
static const struct field_spec f_hold[] = { { "hold.", FIELD_ANY, .ja = "渡さない項目", .en = "Fields to keep back" }, { 0 } };
static const struct field_spec f_recall[] = {
	{ "code", FIELD_CHOICE, .need = true, .choices = "wrong_recipient wrong_content no_basis consent_withdrawn over", .ja = "理由", .en = "Reason" },
	{ 0 },
};
static const struct field_spec f_recall_answer[] = {
	{ "answer", FIELD_CHOICE, .need = true, .choices = "done kept", .ja = "返事", .en = "Answer" },
	{ "code", FIELD_CHOICE, .choices = "recalled statute duty dispute", .ja = "根拠", .en = "Basis" },
	{ 0 },
};
static const struct field_spec f_judge[] = {
	{ "social", FIELD_FLAG, .ja = "社会的影響", .en = "Social effect" },
	{ "size", FIELD_FLAG, .ja = "規模", .en = "Size" },
	{ "grounds", FIELD_LONG, .need = true, .max = 3900, .ja = "判断の理由", .en = "Grounds" },
	{ 0 },
};
static const struct field_spec f_wish[] = {
	{ "kind", FIELD_CHOICE, .need = true, .choices = "deny optout ask delay anonymous consent", .ja = "内容", .en = "Kind" },
	{ "recipient", FIELD_WORD, .ja = "相手", .en = "Recipient" },
	{ "class", FIELD_WORD, .ja = "情報の種類", .en = "Class of information" },
	{ "until", FIELD_MOMENT, .ja = "いつまで", .en = "Until" },
	{ 0 },
};
static const struct field_spec f_principals[] = {
	{ "state", FIELD_CHOICE, .choices = "wait failed received overdue answered", .ja = "状況", .en = "State" },
	{ "words", FIELD_TEXT, .max = 200, .ja = "委託元", .en = "Principal" },
	{ "after", FIELD_WORD, .ja = "続き", .en = "After" },
	{ 0 },
};
static const struct field_spec f_document[] = {
	{ "file", FIELD_ANY, .ja = "ファイル", .en = "File" },
	{ "text", FIELD_LONG, .max = 1000000, .ja = "文章", .en = "Text" },
	{ "name", FIELD_TEXT, .max = 200, .ja = "文書の名前", .en = "Name" },
	{ 0 },
};
static const struct field_spec f_selection[] = {
	{ "type", FIELD_WORD, .max = 20, .ja = "種類", .en = "Type" },
	{ "role", FIELD_CHOICE, .choices = "attack reference", .ja = "攻撃か", .en = "Attack or reference" },
	{ "items", FIELD_COUNT, .ja = "外に出す情報の続き", .en = "From which item" },
	{ "places", FIELD_COUNT, .ja = "残す箇所の続き", .en = "From which place" },
	{ "state", FIELD_CHOICE, .choices = "open kept released", .ja = "判断の状態", .en = "State" },
	{ "kind", FIELD_WORD, .max = 40, .ja = "個人情報の種類", .en = "Kind of personal information" },
	{ "from", FIELD_COUNT, .ja = "続き", .en = "From" },
	{ "done", FIELD_COUNT, .ja = "決めた数", .en = "How many were decided" },
	{ 0 },
};
static const struct field_spec f_selection_file[] = {
	{ "tlp", FIELD_CHOICE, .choices = "clear green amber amber+strict red", .ja = "扱い", .en = "Marking" },
	{ "refs", FIELD_FLAG, .ja = "参照も含める", .en = "With references" },
	{ 0 },
};
static const struct field_spec f_decide[] = {
	{ "number", FIELD_COUNT, .ja = "番号", .en = "Number" },
	{ "same", FIELD_FLAG, .ja = "同じ文字の箇所も", .en = "And places of the same text" },
	{ "n.", FIELD_ANY, .ja = "選んだ箇所", .en = "Places that are meant" },
	{ "all", FIELD_FLAG, .ja = "未判断の全て", .en = "All that are not decided" },
	{ "what", FIELD_CHOICE, .need = true, .choices = "release keep open", .ja = "判断", .en = "Decision" },
	{ "reason", FIELD_TEXT, .max = 3900, .ja = "理由", .en = "Reason" },
	{ "state", FIELD_CHOICE, .choices = "open kept released", .ja = "判断の状態", .en = "State" },
	{ "kind", FIELD_WORD, .max = 40, .ja = "個人情報の種類", .en = "Kind of personal information" },
	{ "from", FIELD_COUNT, .ja = "続き", .en = "From" },
	{ 0 },
};

static const struct field_spec f_watch_list[] = {
	{ "file", FIELD_ANY, .ja = "ファイル", .en = "File" },
	{ "text", FIELD_LONG, .max = 1000000, .ja = "指標", .en = "Indicators" },
	{ "name", FIELD_TEXT, .max = 200, .ja = "一覧の名前", .en = "Name of the list" },
	{ "source", FIELD_WORD, .max = 80, .ja = "使う文書・やりとり", .en = "Document or thread" },
	{ 0 },
};
static const struct field_spec f_watch_log[] = {
	{ "file", FIELD_ANY, .ja = "ログのファイル", .en = "Log" },
	{ "text", FIELD_LONG, .max = 1000000, .ja = "ログ", .en = "Log" },
	{ "name", FIELD_TEXT, .max = 200, .ja = "ログの名前", .en = "Name of the log" },
	{ "before", FIELD_COUNT, .ja = "この前に調べた行数", .en = "Lines that were looked at before" },
	{ 0 },
};
static const struct field_spec f_watch[] = {
	{ "type", FIELD_WORD, .max = 20, .ja = "種類", .en = "Type" },
	{ "indicator", FIELD_TEXT, .max = 2000, .ja = "指標", .en = "Indicator" },
	{ "log", FIELD_COUNT, .ja = "ログ", .en = "Log" },
	{ "from", FIELD_COUNT, .ja = "続き", .en = "From" },
	{ "seen_from", FIELD_COUNT, .ja = "見つかった指標の続き", .en = "From which indicator" },
	{ 0 },
};
static const struct field_spec f_watch_file[] = {
	{ "tlp", FIELD_CHOICE, .choices = "clear green amber amber+strict red", .ja = "扱い", .en = "Marking" },
	{ 0 },
};

static const struct field_spec f_screening_keep[] = {
	{ "run", FIELD_WORD, .need = true, .max = 60, .ja = "一覧の名前", .en = "Name of the list" },
	{ "list", FIELD_ANY, .ja = "一覧", .en = "List" },
	{ "proof", FIELD_ANY, .ja = "実施記録", .en = "Proof page" },
	{ "accounts", FIELD_ANY, .ja = "利用者IDの表", .en = "Table of accounts" },
	{ "departments", FIELD_ANY, .ja = "部署の表", .en = "Table of departments" },
	{ 0 },
};
static const struct field_spec f_screening[] = {
	{ "state", FIELD_CHOICE, .choices = "waiting new reviewed justified needs_talk incident", .ja = "状態", .en = "State" },
	{ "kind", FIELD_WORD, .ja = "種類", .en = "Kind" },
	{ "department", FIELD_WORD, .ja = "部署", .en = "Department" },
	{ "sort", FIELD_CHOICE, .choices = "rank severity changed", .ja = "並べ方", .en = "Order" },
	{ "mine", FIELD_FLAG, .ja = "自分の担当だけ", .en = "Only mine" },
	{ "from", FIELD_COUNT, .ja = "続き", .en = "From" },
	{ 0 },
};
static const struct field_spec f_screening_decide[] = {
	{ "result", FIELD_CHOICE, .need = true, .choices = "reviewed justified needs_talk incident", .ja = "判断", .en = "Decision" },
	{ "reason", FIELD_CHOICE, .choices = "case duty order test registered_late data", .ja = "正当とした理由", .en = "Why it was in order" },
	{ "note", FIELD_LONG, .need = true, .max = 3900, .ja = "判断の理由", .en = "Reason" },
	{ 0 },
};
static const struct field_spec f_screening_reviewer[] = {
	{ "actor", FIELD_WORD, .need = true, .ja = "担当する人", .en = "Who decides" },
	{ "log_account", FIELD_WORD, .max = 100, .ja = "その人の利用者ID", .en = "Their account in the logs" },
	{ "superior", FIELD_WORD, .max = 100, .ja = "上司の利用者ID", .en = "The superior's account" },
	{ "auditor", FIELD_FLAG, .ja = "監査の担当", .en = "Auditor" },
	{ 0 },
};
static const struct field_spec f_screening_person[] = {
	{ "number", FIELD_TEXT, .need = true, .max = 100, .ja = "本人の番号", .en = "Number of the person" },
	{ 0 },
};

#define L_ "/screening/lists/{run}"
#define T "/threads/{thread}"
#define S_ "/selection/{document}"
#define W_ "/watch/{list}"
#define C "/cases/{case}"
#define A "/accounts/{account}"
#define P "/partners/{partner}"
#define R C "/reports/{no}"

const struct route route_table[] = {
	{ GET, "/", "page:home", NULL, page_home, NULL, 0, "することの一覧", "What is due", "home" },
	{ GET, "/sign-in", NULL, NULL, page_sign_in, NULL, ROUTE_PAGE_ONLY, "サインイン", "Sign in", NULL },
	{ POST, "/sign-in", NULL, f_sign_in, page_sign_in_do, page_sign_in, ROUTE_PAGE_ONLY, "サインインする", "Sign in", NULL },
	{ GET, "/sign-in/code", NULL, NULL, page_code, NULL, ROUTE_PAGE_ONLY, "確認コード", "Second factor", NULL },
	{ POST, "/sign-in/code", NULL, f_code, page_code_do, page_code, ROUTE_PAGE_ONLY, "確認コードを送る", "Second factor", NULL },
	{ GET, "/sign-in/oidc", NULL, NULL, page_oidc_go, page_sign_in, ROUTE_PAGE_ONLY, "認証基盤でサインインする", "Sign in by the identity provider", NULL },
	{ GET, "/sign-in/back", NULL, f_oidc, page_oidc_back, page_sign_in, ROUTE_PAGE_ONLY | ROUTE_STATE, "認証基盤から戻る", "Back from the identity provider", NULL },
	{ POST, "/sign-out", NULL, NULL, page_sign_out, NULL, ROUTE_PAGE_ONLY | ROUTE_OPEN, "サインアウトする", "Sign out", NULL },
	{ GET, "/invited", NULL, NULL, page_invited, NULL, ROUTE_PAGE_ONLY, "招待を受ける画面", "Take an invitation", NULL },
	{ POST, "/invited", NULL, f_invited, page_invited_do, page_invited, ROUTE_PAGE_ONLY, "招待を受ける", "Take an invitation", NULL },
	{ GET, "/enrol", NULL, NULL, page_enrol, NULL, ROUTE_PAGE_ONLY | ROUTE_OPEN, "二つ目の認証の画面", "Second factor", NULL },
	{ POST, "/enrol", NULL, f_enrol, page_enrol_do, page_enrol, ROUTE_PAGE_ONLY | ROUTE_OPEN, "二つ目の認証を登録する", "Set up the second factor", NULL },
	{ GET, "/language", NULL, f_language, page_language, NULL, ROUTE_PAGE_ONLY, "言語を選ぶ", "Language", NULL },
	{ GET, "/first-report", "case.open", NULL, page_first, NULL, ROUTE_PAGE_ONLY | ROUTE_KEEP, "第一報の画面", "First report", NULL },
	{ POST, "/first-report", "case.open", f_first, page_first_do, page_first, 0, "第一報を出し、事案を開く", "First report: open a case", NULL },
	{ GET, "/duties", "page:duties", f_duties, page_duties, NULL, 0, "義務の一覧", "Duties of all cases", "duties" },
	{ GET, "/duties.csv", "page:duties", NULL, page_duties_table, NULL, 0, "義務の一覧（CSV）", "Duties as CSV", NULL },
	{ GET, "/duties.xlsx", "page:duties", NULL, page_duties_table, NULL, 0, "義務の一覧（XLSX）", "Duties as XLSX", NULL },
	{ GET, "/calendar", "page:calendar", NULL, page_calendar, NULL, 0, "期限のカレンダー", "Deadlines by day", "calendar" },
	{ GET, "/calendar.ics", "page:calendar", NULL, page_calendar_ics, NULL, 0, "期限のカレンダー（iCalendar）", "Deadlines as iCalendar", NULL },
	{ GET, "/feed/{token}", NULL, NULL, page_feed, NULL, ROUTE_PAGE_ONLY, "期限のカレンダー（購読）", "Deadlines for a calendar that subscribes", NULL },
	{ GET, "/search", "page:search", f_search, page_search, NULL, 0, "検索", "Search", "search" },
	{ GET, "/cases", "page:cases", f_cases, page_cases, NULL, 0, "事案の一覧", "Cases", "cases" },
	{ GET, "/cases.csv", "page:cases", NULL, page_cases_table, NULL, 0, "事案の一覧（CSV）", "Cases as CSV", NULL },
	{ GET, "/cases.xlsx", "page:cases", NULL, page_cases_table, NULL, 0, "事案の一覧（XLSX）", "Cases as XLSX", NULL },
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
	{ GET, C "/reports.csv", "page:case", NULL, page_reports_table, NULL, 0, "報告書の一覧（CSV）", "Reports as CSV", NULL },
	{ GET, C "/reports.xlsx", "page:case", NULL, page_reports_table, NULL, 0, "報告書の一覧（XLSX）", "Reports as XLSX", NULL },
	{ POST, C "/reports", "report.draft", f_draft, page_report_draft, page_reports, 0, "報告書を作る", "Draft a report", NULL },
	{ GET, R, "page:report", NULL, page_report, NULL, 0, "報告書", "A report", "report" },
	{ GET, R "/steps/{step}", "report.draft", NULL, page_report_step, NULL, ROUTE_KEEP, "報告書を埋める", "A step of filling in", "report_step" },
	{ POST, R "/steps/{step}", "fact.state", f_state, page_report_step_do, page_report_step, 0, "埋めた内容を保存する", "Save a step", NULL },
	{ GET, R "/pdf", "page:report", NULL, page_report_pdf, NULL, 0, "報告書（PDF）", "A report as PDF", NULL },
	{ GET, R "/xlsx", "page:report", NULL, page_report_xlsx, NULL, 0, "報告書（XLSX）", "A report as XLSX", NULL },
	{ GET, R "/changes", "page:report", NULL, page_report_changes, NULL, 0, "前回から変わったところ", "What changed", "report_changes" },
	{ POST, R "/approve", "approval.give", NULL, page_report_approve, page_report, 0, "内容を確認した（承認）", "Approve the draft", NULL },
	{ POST, R "/submit", "report.submit", f_submit, page_report_submit, page_report, 0, "提出済みとする", "Submit", NULL },
	{ GET, C "/room", "page:room", NULL, page_room, NULL, 0, "重大インシデントの連携室", "The coordination room of a case", "room" },
	{ POST, C "/room/judge", "incident.judge", f_judge, page_room_judge, page_room, 0, "重大インシデントかどうかを判断する", "Judge whether it is a serious incident", NULL },
	{ GET, C "/wishes", "page:room", NULL, page_wishes, NULL, 0, "報告者の留保と同意", "Reservations and consents of the reporter", "wishes" },
	{ POST, C "/wishes", "wish.set", f_wish, page_wish_add, page_wishes, 0, "留保・同意を記す", "Note a reservation or consent", NULL },
	{ POST, C "/wishes/{wish}/end", "wish.end", NULL, page_wish_end, page_wishes, 0, "留保・同意を終える", "End a reservation or consent", NULL },
	{ GET, C "/principals", "page:room", f_principals, page_principals, NULL, 0, "委託元の状況", "Progress of principals", "principals" },
	{ GET, C "/principals.csv", "page:room", f_principals, page_principals_table, NULL, 0, "委託元の状況（CSV）", "Progress of principals as CSV", NULL },
	{ GET, C "/principals.xlsx", "page:room", f_principals, page_principals_table, NULL, 0, "委託元の状況（XLSX）", "Progress of principals as XLSX", NULL },
	{ GET, C "/exercise", "page:room", NULL, page_exercise, NULL, 0, "訓練の得点表", "The board of an exercise", "exercise" },
	{ GET, C "/threads", "page:room", NULL, page_thread_kinds, NULL, 0, "始められるやりとり", "Kinds of threads to open", "thread_kinds" },
	{ GET, C "/threads/{kind}", "thread.prepare", f_thread_new, page_thread_new, NULL, ROUTE_KEEP, "やりとりを始める画面", "Form of a new thread", "thread_new" },
	{ POST, C "/threads/{kind}", "thread.prepare", f_step, page_thread_new_do, page_thread_new, 0, "やりとりを用意する", "Prepare a new thread", NULL },
	{ GET, C "/selection", "page:selection", NULL, page_selections, NULL, 0, "仕分ける文書の一覧", "Documents to select from", "selections" },
	{ POST, C "/selection", "select.document", f_document, page_selection_add, page_selections, ROUTE_FILE, "文書を仕分けに出す", "Put up a document", NULL },
	{ GET, C S_, "page:selection", f_selection, page_selection, NULL, 0, "文書の仕分け", "Both sides of a document", "selection" },
	{ GET, C S_ "/indicators.jsonl", "page:selection", f_selection_file, page_selection_file, NULL, 0, "外に出す情報（JSON Lines）", "What goes out, as JSON Lines", NULL },
	{ GET, C S_ "/stix.json", "page:selection", f_selection_file, page_selection_file, NULL, 0, "外に出す情報（STIX 2.1）", "What goes out, as a STIX 2.1 bundle", NULL },
	{ GET, C S_ "/misp.json", "page:selection", f_selection_file, page_selection_file, NULL, 0, "外に出す情報（MISP）", "What goes out, as a MISP event", NULL },
	{ GET, C S_ "/indicators.csv", "page:selection", f_selection_file, page_selection_table, NULL, 0, "外に出す情報（CSV）", "What goes out, as CSV", NULL },
	{ GET, C S_ "/indicators.xlsx", "page:selection", f_selection_file, page_selection_table, NULL, 0, "外に出す情報（XLSX）", "What goes out, as XLSX", NULL },
	{ GET, C S_ "/redacted.txt", "page:selection", NULL, page_selection_file, NULL, 0, "伏せた写し", "The text with personal information held back", NULL },
	{ GET, C S_ "/held.csv", "page:selection", NULL, page_selection_held, NULL, 0, "手元に残す箇所（CSV）", "What stays in, by kind and place, as CSV", NULL },
	{ GET, C S_ "/held.xlsx", "page:selection", NULL, page_selection_held, NULL, 0, "手元に残す箇所（XLSX）", "What stays in, by kind and place, as XLSX", NULL },
	{ POST, C S_ "/decide", "select.decide", f_decide, page_selection_decide, page_selection, 0, "迷うところを決める", "Decide doubtful places", NULL },
	{ GET, C "/watch", "page:selection", NULL, page_watches, NULL, 0, "探す指標の一覧", "Lists of indicators to look for", "watches" },
	{ POST, C "/watch", "watch.list", f_watch_list, page_watch_add, page_watches, ROUTE_FILE, "探す指標を用意する", "Put up a list of indicators", NULL },
	{ GET, C W_, "page:selection", f_watch, page_watch, NULL, 0, "ログとの照合", "What was seen of a list", "watch" },
	{ POST, C W_ "/logs", "watch.log", f_watch_log, page_watch_log, page_watch, ROUTE_FILE, "ログを調べる", "Look through a log", NULL },
	{ GET, C W_ "/hits.jsonl", "page:selection", f_watch, page_watch_file, NULL, 0, "該当した行（JSON Lines）", "Hits as JSON Lines", NULL },
	{ GET, C W_ "/hits.csv", "page:selection", f_watch, page_watch_table, NULL, 0, "該当した行（CSV）", "Hits as CSV", NULL },
	{ GET, C W_ "/hits.xlsx", "page:selection", f_watch, page_watch_table, NULL, 0, "該当した行（XLSX）", "Hits as XLSX", NULL },
	{ GET, C W_ "/sightings.json", "page:selection", f_watch_file, page_watch_file, NULL, 0, "観測の回数（STIX 2.1）", "Counts as a STIX 2.1 bundle of sightings", NULL },
	{ GET, "/threads", "page:threads", f_threads, page_threads, NULL, 0, "やりとりの一覧", "Threads", "threads" },
	{ GET, "/guidelines", "page:threads", f_threads, page_guidelines, NULL, 0, "基準・ガイドラインの一覧", "Register of guidelines", "guidelines" },
	{ GET, "/guidelines.csv", "page:threads", f_threads, page_guidelines_table, NULL, 0, "基準・ガイドラインの一覧（CSV）", "Register of guidelines as CSV", NULL },
	{ GET, "/guidelines.xlsx", "page:threads", f_threads, page_guidelines_table, NULL, 0, "基準・ガイドラインの一覧（XLSX）", "Register of guidelines as XLSX", NULL },
	{ GET, "/guidelines/new", "thread.prepare", NULL, page_guideline_new, NULL, ROUTE_KEEP, "基準・ガイドラインの協議を始める画面", "Form of a new consultation on a guideline", "guideline_new" },
	{ POST, "/guidelines", "thread.prepare", f_step, page_guideline_do, page_guideline_new, 0, "基準・ガイドラインの協議を用意する", "Prepare a consultation on a guideline", NULL },
	{ GET, T, "page:threads", NULL, page_thread, NULL, 0, "やりとり", "A thread", "thread" },
	{ POST, T "/link", "thread.link", f_link, page_thread_link, page_thread, 0, "事案に結ぶ", "Hang a thread on a case", NULL },
	{ GET, T "/steps/{step}", "thread.prepare", f_source, page_thread_step, NULL, ROUTE_KEEP, "次の手順の画面", "Form of a step", "thread_step" },
	{ POST, T "/steps/{step}", "thread.prepare", f_step, page_thread_step_do, page_thread_step, 0, "次の手順を用意する", "Prepare a step", NULL },
	{ GET, T "/received/{env}", "page:threads", NULL, page_received, NULL, 0, "受け取ったもの", "What was received", "received" },
	{ POST, T "/received/{env}/answer", "erase.order", f_recall_answer, page_recall_answer, page_received, 0, "取消しの求めに返事をする", "Answer a recall", NULL },
	{ GET, T "/sent/{env}", "page:threads", NULL, page_sent, NULL, 0, "送ったもの", "What was sent", "sent" },
	{ POST, T "/sent/{env}/recall", "item.disclose", f_recall, page_recall, page_sent, 0, "取消しを求める", "Ask for a recall", NULL },
	{ GET, "/previews/{draft}", "page:threads", NULL, page_preview, NULL, 0, "送る前の確認", "Preview of what each would get", "preview" },
	{ POST, "/previews/{draft}/hold", "thread.prepare", f_hold, page_preview_hold, page_preview, 0, "渡さない項目を増やす", "Keep back more", NULL },
	{ POST, "/previews/{draft}/send", "approve", NULL, page_preview_send, page_preview, 0, "承認して送る", "Approve and send", NULL },
	{ POST, "/previews/{draft}/drop", "thread.drop", NULL, page_preview_drop, page_preview, 0, "取りやめる", "Drop", NULL },
	{ GET, "/motions/{motion}", "page:threads", NULL, page_motion, NULL, 0, "承認を待つもの", "What waits for a second person", "motion" },
	{ POST, "/motions/{motion}/carry", "motion.carry", NULL, page_motion_carry, page_motion, 0, "承認して行う", "Carry out", NULL },
	{ POST, "/motions/{motion}/drop", "motion.drop", NULL, page_motion_drop, page_motion, 0, "取りやめる", "Drop", NULL },
	{ GET, "/partners", "page:partners", f_after, page_partners, NULL, 0, "連携先の一覧", "Partners", "partners" },
	{ POST, "/partners", "partner.add", f_partner, page_partner_add, page_partners, 0, "連携先を起案する", "Propose a partner", NULL },
	{ GET, P, "page:partners", NULL, page_partner, NULL, 0, "連携先", "A partner", "partner" },
	{ POST, P "/notes", "partner.person", f_note, page_partner_note, page_partner, 0, "名称や窓口を書く", "Note a name or contact", NULL },
	{ POST, P "/address", "partner.address", f_address, page_partner_address, page_partner, 0, "接続先を定める", "Set the address", NULL },
	{ POST, P "/end", "partner.end", NULL, page_partner_end, page_partner, 0, "連携の終了を起案する", "Propose to end the partnership", NULL },
	{ POST, P "/memos", "memo.draft", f_memo, page_memo_draft, page_partner, 0, "覚書を起案する", "Propose a memorandum", NULL },
	{ GET, "/memos", "page:partners", NULL, page_memos, NULL, 0, "覚書の一覧", "Memoranda", "memos" },
	{ POST, "/memos", "memo.sign", f_memo_file, page_memo_take, page_memos, 0, "先方の署名した覚書を受ける", "Take a memorandum that they signed", NULL },
	{ GET, "/memos/{memo}", "page:partners", NULL, page_memo, NULL, 0, "覚書", "A memorandum", "memo" },
	{ GET, "/memos/{memo}/file", "page:partners", NULL, page_memo_file, NULL, 0, "覚書のファイル", "The memorandum as a file", NULL },
	{ POST, "/memos/{memo}/end", "memo.end", NULL, page_memo_end, page_memo, 0, "覚書の終了を起案する", "Propose to end a memorandum", NULL },
	{ GET, "/deid", "page:deid", NULL, page_deid, NULL, 0, "加工情報の台帳", "Register of de-identified releases", "deid" },
	{ GET, "/deid.csv", "page:deid", NULL, page_deid_table, NULL, 0, "加工情報の台帳（CSV）", "Register of releases as CSV", NULL },
	{ GET, "/deid.xlsx", "page:deid", NULL, page_deid_table, NULL, 0, "加工情報の台帳（XLSX）", "Register of releases as XLSX", NULL },
	{ GET, "/deid/{release}", "page:deid", NULL, page_deid_release, NULL, 0, "加工情報", "A de-identified release", "deid_release" },
	{ GET, "/screening", "page:screening", NULL, page_screenings, NULL, 0, "ログの点検の一覧", "Lists of the screening of access logs", "screenings" },
	{ POST, "/screening", "screening.keep", f_screening_keep, page_screening_keep, page_screenings, ROUTE_FILE, "点検の一覧を登録する（ファイルは base64）", "Keep a list of a screening (files in base64)", NULL },
	{ GET, L_, "page:screening", f_screening, page_screening, NULL, 0, "点検の一覧の項目", "A list with its items", "screening" },
	{ GET, L_ "/items.csv", "page:screening", f_screening, page_screening_table, NULL, 0, "点検の一覧の項目（CSV）", "A list as CSV", NULL },
	{ GET, L_ "/items.xlsx", "page:screening", f_screening, page_screening_table, NULL, 0, "点検の一覧の項目（XLSX）", "A list as XLSX", NULL },
	{ POST, L_ "/assign", "screening.assign", NULL, page_screening_assign, page_screening, 0, "担当の決まっていない項目を割り当てる", "Give out what nobody was given", NULL },
	{ GET, L_ "/proof", "page:screening", NULL, page_screening_proof, NULL, 0, "点検の実施記録", "The proof page of a screening", "screening_proof" },
	{ GET, L_ "/proof/pdf", "page:screening", NULL, page_screening_pdf, NULL, 0, "点検の実施記録（PDF）", "The proof page as PDF", NULL },
	{ GET, L_ "/numbers", "page:screening_numbers", NULL, page_screening_numbers, NULL, 0, "点検の件数（職員向け）", "Numbers for the staff", "screening_numbers" },
	{ GET, "/screening/items/{item}", "page:screening", NULL, page_screening_item, NULL, ROUTE_KEEP, "点検の項目", "An item of a list", "screening_item" },
	{ POST, "/screening/items/{item}/decide", "screening.review", f_screening_decide, page_screening_decide, page_screening_item, 0, "点検の項目を判断する", "Decide an item", NULL },
	{ GET, "/screening/weights", "page:screening", NULL, page_screening_weights, NULL, 0, "規則の重み", "What reviews have shown the rules to be worth", "screening_weights" },
	{ GET, "/screening/weights.jsonl", "page:screening", NULL, page_screening_weights_file, NULL, 0, "規則の重み（JSON Lines）", "Weights, for the next screening", NULL },
	{ GET, "/screening/reviewers", "page:screening", NULL, page_screening_reviewers, NULL, 0, "点検を担当する人", "Who decides items", "screening_reviewers" },
	{ POST, "/screening/reviewers", "screening.reviewer", f_screening_reviewer, page_screening_reviewer_set, page_screening_reviewers, 0, "点検を担当する人を定める", "Say who decides items", NULL },
	{ GET, "/screening/persons", "page:screening_persons", NULL, page_screening_persons, NULL, 0, "本人からの照会の一覧", "Questions of persons who looked at their record", "screening_persons" },
	{ POST, "/screening/persons", "screening.person", f_screening_person, page_screening_person_add, page_screening_persons, 0, "本人からの照会を受け付ける", "Take in a person's question", NULL },
	{ GET, "/screening/persons/{ask}", "page:screening_persons", NULL, page_screening_person, NULL, 0, "本人からの照会", "A person's question and its answer", "screening_person" },
	{ GET, "/screening/persons/{ask}/accesses.csv", "page:screening_persons", NULL, page_screening_person_table, NULL, 0, "本人に渡す閲覧の記録（CSV）", "The answer as CSV", NULL },
	{ GET, "/screening/persons/{ask}/accesses.xlsx", "page:screening_persons", NULL, page_screening_person_table, NULL, 0, "本人に渡す閲覧の記録（XLSX）", "The answer as XLSX", NULL },
	{ GET, "/record", "page:record", f_record, page_record, NULL, 0, "記録", "The record", "record" },
	{ GET, "/record.csv", "page:record", f_record, page_record_table, NULL, 0, "記録（CSV）", "The record as CSV", NULL },
	{ GET, "/record.xlsx", "page:record", f_record, page_record_table, NULL, 0, "記録（XLSX）", "The record as XLSX", NULL },
	{ GET, "/accounts", "page:people", f_after, page_accounts, NULL, 0, "利用者の一覧", "Accounts", "accounts" },
	{ GET, "/accounts.csv", "page:people", NULL, page_accounts_table, NULL, 0, "利用者の一覧（CSV）", "Accounts as CSV", NULL },
	{ GET, "/accounts.xlsx", "page:people", NULL, page_accounts_table, NULL, 0, "利用者の一覧（XLSX）", "Accounts as XLSX", NULL },
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
	{ GET, C "/looks.csv", "page:case", NULL, page_looks_table, NULL, 0, "誰が見たか（CSV）", "Who looked, as CSV", NULL },
	{ GET, C "/looks/extract.csv", "page:case", f_extract, page_looks_extract, NULL, 0, "本人に渡す閲覧の記録（CSV）", "Extract for the person concerned, as CSV", NULL },
	{ GET, C "/looks/extract.xlsx", "page:case", f_extract, page_looks_extract, NULL, 0, "本人に渡す閲覧の記録（XLSX）", "Extract for the person concerned, as XLSX", NULL },
	{ GET, C "/looks.xlsx", "page:case", NULL, page_looks_table, NULL, 0, "誰が見たか（XLSX）", "Who looked, as XLSX", NULL },
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
	{ POST, "/own/feed", "self:token", NULL, page_feed_add, page_own, ROUTE_PAGE_ONLY, "カレンダーの購読用アドレスを作る", "Make an address for a calendar", NULL },
	{ POST, "/own/absence/end", "self:absence", NULL, page_absence_end, page_own, ROUTE_PAGE_ONLY, "不在を取り消す", "Not away after all", NULL },
	{ GET, "/own/oidc", "self:factor", NULL, page_oidc_tie_go, NULL, ROUTE_PAGE_ONLY, "認証基盤と結び付ける", "Tie the identity provider to one's account", NULL },
	{ GET, "/own/oidc/back", "self:factor", f_oidc, page_oidc_tie, NULL, ROUTE_PAGE_ONLY | ROUTE_STATE, "結び付けて戻る", "Tied, and back", NULL },
	{ POST, "/own/recovery", "self:factor", NULL, page_recovery, page_own, ROUTE_PAGE_ONLY, "予備のコードを作る", "Make recovery codes", NULL },
	{ POST, "/own/factors/drop", "self:factor", f_factor, page_factor_drop, page_own, ROUTE_PAGE_ONLY, "二つ目の認証を外す", "Drop a second factor", NULL },
	{ POST, "/passkeys", NULL, f_passkey_new, page_passkey_add, NULL, ROUTE_PAGE_ONLY | ROUTE_OPEN, "パスキーを登録する", "Register a passkey", NULL },
	{ POST, "/sign-in/passkey", NULL, f_passkey_in, page_passkey_in, page_code, ROUTE_PAGE_ONLY, "パスキーで続ける", "Second factor by passkey", NULL },
	{ 0 },
};
