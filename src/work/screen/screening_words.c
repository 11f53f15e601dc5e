#include "work/screen/screening_words.h"

#include "base/banned.h"

struct called { const char *id, *ja, *en; };

/* Rules R01 to R36 and S00 of screening/rules.yaml. */
static const struct called kinds[] = {
	{ "vip_peek", "注目されている方の閲覧", "somebody in the public eye was looked at" },
	{ "coworker_peek", "同僚の閲覧", "a colleague was looked at" },
	{ "family_peek", "家族の閲覧", "the user's own household was looked at" },
	{ "self_view", "自分の記録の閲覧", "the user's own record was looked at" },
	{ "neighbour_peek", "近所の方の閲覧", "neighbours were looked at" },
	{ "same_surname", "同じ姓の方の閲覧", "people of the same surname were looked at" },
	{ "repeat_target", "同じ方の繰り返しの閲覧", "the same person was looked at again and again" },
	{ "protected_view", "支援措置の方の閲覧", "somebody under protection was looked at" },
	{ "hotspot_subject", "一人の方への閲覧の集中", "many looked at one person" },
	{ "sequential_scan", "番号順の閲覧", "numbers were gone through in order" },
	{ "slow_bulk", "少しずつの大量の閲覧", "many people over many days" },
	{ "sudden_volume", "急に増えた閲覧", "suddenly many people" },
	{ "export_spike", "登録のないデータ出力", "an export that is not registered" },
	{ "print_spike", "受付のない印刷・証明発行", "prints without a case" },
	{ "media_write", "台帳にない書出し", "writing to a medium that is not registered" },
	{ "out_of_hours", "時間外の操作", "work out of hours" },
	{ "absent_owner", "不在の日の操作", "work while the owner was away" },
	{ "left_account", "退職した方のIDの利用", "the account of somebody who has left" },
	{ "dormant_account", "長く使われていないIDの利用", "an account long out of use" },
	{ "stale_rights", "前の所属の権限の利用", "rights of a former department" },
	{ "not_assigned", "担当外のケースの閲覧", "cases of others" },
	{ "false_case_no", "別の方の受付番号の入力", "a case number of somebody else" },
	{ "concurrent_use", "離れた場所での同時の利用", "used at two places at once" },
	{ "temp_card", "貸出簿にない臨時カードの利用", "a temporary card that nobody has on loan" },
	{ "login_bruteforce", "一つのIDへのログインの失敗", "failed logins to one account" },
	{ "password_spray", "多くのIDへのログインの失敗", "failed logins to many accounts" },
	{ "admin_off_window", "予定にない管理操作", "administration that was not announced" },
	{ "self_grant", "自分への権限の付与", "rights given to oneself" },
	{ "log_gap", "記録の欠け", "records are missing" },
	{ "log_backdate", "記録の順と時刻の食い違い", "times that contradict the order of records" },
	{ "name_fishing", "受付につながらない氏名検索", "searches by name that nothing followed" },
	{ "remote_snoop", "依頼票のない遠隔操作", "remote control without a request" },
	{ "vendor_out_of_scope", "予定にない委託先の操作", "a contractor outside of the plan" },
	{ "foreign_system", "所属の業務にないシステムの利用", "a system that the department does not use" },
	{ "service_account_human", "自動処理用のIDの画面操作", "an account of a program used by a person" },
	{ "new_peer_pattern", "部署のほかの方と異なる使い方", "unlike the department" },
	{ "explained_sample", "無作為に選んだ閲覧（疑いではありません）", "chosen by chance, not suspected" },
};

static const struct called explanations[] = {
	{ "none", "説明のつかないもの", "explained by nothing" },
	{ "E1", "受付番号が本人か同じ世帯のもので、担当部署が92日以内に開いた", "a case of the person or household, opened by the department within 92 days" },
	{ "E1-old", "受付番号は本人か同じ世帯のものだが、92日より前に開いた（半分の説明）", "the same, opened longer ago (half an explanation)" },
	{ "E1-other-department", "受付番号は本人か同じ世帯のものだが、他の部署が開いた", "the same, opened by another department" },
	{ "E2", "利用者が担当する長期の案件の本人", "a long-running case of the user" },
	{ "E2b", "同じ部署の者が担当し、電話・引継ぎ・担当者の不在による", "a colleague's case, by telephone, handover or absence" },
	{ "E2-others", "同じ部署の者が担当するが、理由がない", "a colleague's case, without a reason" },
	{ "E3", "前後1日に、同じ利用者が受付のある形で扱った", "the same user had a case for it within a day" },
	{ "E4", "登録された作業（監査・引継ぎ・一括処理・出力・変更）の時間内", "within a registered window" },
	{ "E5", "災害・緊急の勤務の時間内", "on duty in a disaster" },
	{ "E6", "職員に関する所掌事務（人事・給与）", "personnel work" },
	{ "E7", "担当部署に7日以内の同じ世帯の受付があり、番号が空欄", "a case of the household within 7 days, number left blank" },
	{ "E8", "理由コードがあり、その割合が部署の普通の範囲", "a reason code, used as usual in the department" },
	{ "E9", "同じ日に説明のついた世帯", "a household that was explained on the same day" },
	{ "X1", "受付番号が別の世帯のもの", "a case number of another household" },
	{ "X2", "受付番号が存在しない", "a case number that does not exist" },
	{ "not-checked", "説明を調べていないもの", "not looked for" },
};

static const struct called tables[] = {
	{ "residents", "対象者", "persons" }, { "staff", "職員", "staff" }, { "accounts", "利用者ID", "accounts" }, { "moves", "異動", "moves" },
	{ "attendance", "勤務", "attendance" }, { "calendar", "休日", "holidays" }, { "departments", "部署", "departments" },
	{ "cases", "受付", "cases" }, { "assignments", "担当", "assignments" }, { "windows", "登録された作業", "windows" },
	{ "loans", "貸出カード", "cards on loan" }, { "media", "媒体の台帳", "register of media" },
};

static const struct called states[] = {
	{ "new", "未確認", "not looked at" }, { "reviewed", "確認済み", "reviewed" }, { "justified", "正当", "justified" },
	{ "needs_talk", "聞き取りが必要", "needs a talk" }, { "incident", "事案", "incident" },
};

static const struct called reasons[] = {
	{ "case", "受付・ケースがあった", "there was a case" }, { "duty", "担当の仕事だった", "it was the user's duty" },
	{ "order", "指示・命令があった", "it was ordered" }, { "test", "試験・訓練だった", "it was a test" },
	{ "registered_late", "登録が遅れていた", "it was registered late" }, { "data", "データの誤りだった", "the data were wrong" },
};

const char *const screening_states[] = { "new", "reviewed", "justified", "needs_talk", "incident", NULL };
const char *const screening_reasons[] = { "case", "duty", "order", "test", "registered_late", "data", NULL };

static slice name_in(const struct called *v, size_t n, slice id, bool ja)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(id, v[i].id))
			return slice_of(ja ? v[i].ja : v[i].en);
	return id;
}

#define NAME_IN(list, id, ja) name_in(list, sizeof(list) / sizeof(list)[0], id, ja)

slice screening_kind_name(slice kind, bool ja) { return NAME_IN(kinds, kind, ja); }
slice screening_explanation_name(slice id, bool ja) { return NAME_IN(explanations, id, ja); }
slice screening_table_name(slice id, bool ja) { return NAME_IN(tables, id, ja); }
slice screening_state_name(slice state, bool ja) { return NAME_IN(states, state, ja); }
slice screening_reason_name(slice reason, bool ja) { return NAME_IN(reasons, reason, ja); }

rc screening_strength_read(struct ctx *c, const struct pack *rules, struct screening_strength *ret)
{
	static const char *const keys[] = { "least", "ja", "en", NULL };
	const struct pack *list;
	struct screening_strength s = { 0 };

	TRY(pack_need(c, rules, "strength", &list));
	TRY(pack_is(c, list, PACK_LIST));
	TRY_ARRAY(c, s.steps, list->count + 1);
	for PACK_EACH(one, list) {
		struct screening_step *step = &s.steps[s.n++];

		TRY(pack_keys(c, one, keys));
		TRY(pack_int(c, one, "least", 0, 1000000, &step->least));
		TRY(pack_text(c, one, "ja", &step->ja));
		TRY(pack_text(c, one, "en", &step->en));
		if (s.n > 1 && step->least >= step[-1].least)
			return PACK_FAIL(c, one, "screening.strength");
	}
	if (s.n == 0 || s.steps[s.n - 1].least != 0)
		return PACK_FAIL(c, list, "screening.strength");
	*ret = s;
	return OK;
}

slice screening_score_name(const struct screening_strength *s, int64_t hundredths, bool ja)
{
	size_t i = 0;

	while (i + 1 < s->n && hundredths < s->steps[i].least)
		i++;
	return ja ? s->steps[i].ja : s->steps[i].en;
}

slice screening_severity_name(int64_t severity, bool ja)
{
	static const char *const names[][2] = {
		{ "軽い", "light" }, { "やや軽い", "rather light" }, { "ふつう", "medium" }, { "重い", "heavy" }, { "とても重い", "very heavy" },
	};
	size_t at = severity < 1 ? 0 : severity > 5 ? 4 : (size_t)severity - 1;

	return slice_of(names[at][ja ? 0 : 1]);
}
