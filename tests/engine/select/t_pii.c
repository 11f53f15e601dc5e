/*
 * Personal information in sentences. In the tables {type|…} marks what must be found, with its class; whatever stands
 * outside of marks must not be found.
 */
#include "tests/support.h"

#include "engine/select/pii.h"
#include "engine/select/pii_check.h"

struct want { enum pii_type type; size_t start, end; };

/* Cuts the marks out of the line. */
static slice unmark(struct ctx *c, const char *line, struct want *want, size_t *ret_n)
{
	slice s = slice_of(line);
	char *out = arena_alloc(c->a, s.len + 1, 1);
	size_t len = 0, n = 0;

	for (size_t i = 0; i < s.len; i++) {
		size_t bar = s.p[i] == '{' ? slice_find(s, S("|"), i) : SIZE_MAX;

		if (bar != SIZE_MAX && bar - i < 24 &&
			pii_type_from_word(slice_sub(s, i + 1, bar - i - 1), &want[n].type)) {
			want[n].start = len;
			i = bar;
		} else if (s.p[i] == '}' && n < 16 && want[n].start != SIZE_MAX) {
			want[n++].end = len;
		} else {
			out[len++] = s.p[i];
		}
	}
	*ret_n = n;
	return (slice){ out, len };
}

static void check(struct ctx *c, const char *line)
{
	struct want want[17];
	struct pii_result r;
	size_t n;
	slice text;

	for (size_t i = 0; i < 17; i++)
		want[i].start = SIZE_MAX;
	text = unmark(c, line, want, &n);
	assert_ok(c, pii_scan(c, text, NULL, NULL, &r));
	for (size_t i = 0; i < r.n_spans; i++)
		if (i >= n || r.spans[i].start != want[i].start || r.spans[i].end != want[i].end ||
			r.spans[i].type != want[i].type)
			fail_msg("in %s: found %s \"%.*s\" (%s)", line, pii_type_word(r.spans[i].type),
				S_ARG(slice_sub(text, r.spans[i].start, r.spans[i].end - r.spans[i].start)),
					r.spans[i].rule);
	if (r.n_spans < n)
		fail_msg("in %s: %zu of %zu found", line, r.n_spans, n);
}

static void check_all(struct ctx *c, const char *const *lines)
{
	for (; *lines; lines++)
		check(c, *lines);
}

static void check_digits_follow_their_sources(void **state)
{
	(void)state;
	assert_true(check_my_number("123456789018"));           /* 省令85号 5条, worked by hand */
	assert_false(check_my_number("123456789019"));
	assert_true(check_corporate_number("7123456789012"));
	assert_true(check_corporate_number("7000012050002"));   /* 国税庁, published */
	assert_false(check_corporate_number("6000012050002"));
	assert_true(check_luhn("4242424242424242", 16));
	assert_true(check_card("378282246310005", 15));         /* test number of the brand */
	assert_false(check_card("1234567890123452", 16));       /* Luhn holds, no brand begins so */
	assert_true(check_insurer("33120015", 8));
	assert_false(check_insurer("33120016", 8));
	/* sample of the Digital Agency's style guide */
	assert_true(check_juminhyo("24727059608"));
	assert_true(check_drivers_license("309012345620"));
	assert_false(check_drivers_license("309012345630"));
}

static void labels_in_all_writings_lead_to_their_values(void **state)
{
	static const char *const lines[] = {
		"氏名：{name|山田 太郎}",
		"氏　　名：{name|山田　太郎}様",
		"お名前　{name|髙橋はるか}さん",
		"個人番号（マイナンバー）：{my_number|123456789018}",
		"マイナンバー＝{my_number|１２３４－５６７８－９０１８}",
		"My Number　{my_number|1234 5678 9018}",
		"\"birthDate\": \"{birth_date|昭和四十七年四月三日}\", \"myNumber\": \"{my_number|123456789018}\"",
		"DOB= {birth_date|1972.4.3}",
		"生年月日　{birth_date|S47.4.3}",
		"運転免許証の写し（番号 {drivers_license|309012345620}）及び旅券（{passport|TR1234567}）",
		"在留カード番号：{residence_card|AB12345678CD}",
		"基礎年金番号{pension|1234-567890}",
		"被保険者証記号・番号 ：{health_insured|83482・7}",
		"保険者番号 {health_insurer|33120015}",
		"雇用保険被保険者番号：{employment_insurance|1234-567890-1}",
		"住民票コード= {juminhyo|24727059608}",
		"介護保険被保険者番号：{care_insurance|1234567890}",
		"口座番号：福岡銀行 大宮支店 普通 {bank_account|1234567}",
		"カード番号は{card|4242 4242 4242 4242}です。",
		"TEL {phone|(045)285-3390}",
		"field=tel value={phone|０９０ー１２６５ー５７７５}",
		"POST /regist?birthday={birth_date|19620518}&mynumber={my_number|123456789018} HTTP/1.1",
		"フリガナ {name_kana|ｻﾄｳ}", "フリガナ：{name_kana|ｻﾄｳ ﾕｲ}", "カナ= {name_kana|さとう ゆい}",
		"郵便番号：{postal|060-0001}",
			"〒{postal|０６０‐０００１}　{address|北海道札幌市中央区北一条西３丁目２番地}",
		"住所：{postal|060-0001} {address|札幌市中央区北一条西3-2 第二ハイツ203号室}",
		"社員番号：{other_id|A-10293}",
		NULL,
	};

	check_all(*state, lines);
}

static void a_wrong_check_digit_under_a_label_is_held_back_all_the_same(void **state)
{
	struct ctx *c = *state;
	struct pii_result r;

	check(c, "入力誤り カード番号: {card|5520-0386-9967-8498}");
	assert_ok(c, pii_scan(c, S("個人番号：123456789019"), NULL, NULL, &r));
	assert_int_equal(r.n_spans, 1);
	assert_true(r.spans[0].check_failed);
}

static void names_are_found_by_what_stands_around_them(void **state)
{
	static const char *const lines[] = {
		"従業員{name|齋藤結衣}（{name_kana|サイトウ　ユイ}）のメールアドレスが窃取された。",
		"会員の{name|佐藤久美子}氏名義のカード番号{card|4242424242424242}が掲載された。",
		"顧客の{name|林蓮}様より申告を受けた。", "担当の{name|深谷}さんに渡した。",
		"給与振込先の横浜銀行大宮支店（普通）{bank_account|1022605}、名義{name_kana|フジワラ　メイ}の情報を含む。",
		"{name|山下健一}です。上記のとおりです。", "{name|権田渉}\n〒{postal|563-2100}",
			"{name|権田}様\n\n本文", "なお{name|𠮷田太郎}様の分です",
		NULL,
	};

	check_all(*state, lines);
}

static void look_alikes_are_left_alone(void **state)
{
	static const char *const lines[] = {
		"evil-a.zip\n212-83-148-39.rev.evil-a.com",
		"製品名：鈴木牧場ヨーグルト", "製品名: 中村屋カレー", "伊藤園のお茶",
			"会議室 東京都庁第一本庁舎16階",
		"注文番号: 172003171671", "処理時刻：202503101605", "令和6年度第265号",
			"発生日：2025年12月4日", "シリアル：KLD7UXYFSJMX",
		"型番: AB-2579-7528", "お問い合わせ伝票番号 4620-0176-2143", "ISBN: 978-4-9442-6683-8",
			"被害総額：69,990,554,627円",
		"法人番号: 7000012050002", "登録番号 T7000012050002",
			"リクエストID 6d34976e-1982-4295-80e7-e8c6af1e6b43",
		"INFO build=7.5.2596.16 commit=100a704", "job=883421028992 elapsed=7462ms id=765206171735",
		"大文字と小文字は区別される。関数（これは滅多に使わない）",
			"森林と平成、大和証券、山口県庁、石川県、三菱地所",
			"皆様、お客様、王様、お母さん、同様の仕様",
		"2001:db8:0:42::1 10.241.212.231:443 2025-04-08T22:51:10+09:00",
		/* on the web, /users/ leads to pages, too; a row with a host is no head of a table */
		"http://45.77.1.2/users/default.php と site.co.uk/x/users/themes/i.php", "srv-a.org/users/new/login.php",
		"type,indicator,app\ndomain,trackmyphones-a1.firebaseio.com,TrackMyPhones\ndomain,smsandcalls-b.firebaseio.com,TrackMyPhones\n", NULL,
	};

	check_all(*state, lines);
}

static void columns_give_their_meaning_to_the_cells(void **state)
{
	static const char *const texts[] = {
		"会員ID,口座番号,フリガナ,登録日時\n07797882,{bank_account|5774681},{name_kana|ヤマグチ ユウマ},2025-09-11 23:16:21\n",
		"\"id\",\"pension_no\",\"full_name\"\n\"29870152\",\"{pension|９００２－５３８０６４}\",\"{name|桜井和子}\"\n",
		"| 氏名 | 住所 |\n|---|---|\n| {name|森 花} | {address|港町1-2} |\n",
		"CREATE TABLE customer (id int, name text, account_no char(7));\nINSERT INTO customer VALUES (75580,'{name|松田　博}','{bank_account|3512744}');\n",
		"<tr><th>氏名</th><th>電話</th></tr>\n<tr><td>{name|平野隆}</td><td>{phone|076−703−7316}</td></tr>\n",
		"<dt>氏名</dt>\n<dd>{name|平野隆}</dd>\n", "user.name,user.phone\n{name|平野隆},{phone|076-703-7316}\n", NULL,
	};

	check_all(*state, texts);
}

static enum pii_side side_in(struct ctx *c, const char *text, const struct pii_hints *h)
{
	struct pii_result r;

	assert_ok(c, pii_scan(c, slice_of(text), h, NULL, &r));
	assert_int_equal(r.n_mails, 1);
	return r.mails[0].side;
}

static void a_mail_address_belongs_to_one_side(void **state)
{
	struct ctx *c = *state;
	slice own[] = { S_INIT("example.net") };
	struct pii_hints ours = { .own_domains = own, .n_own_domains = 1 },
		theirs = { .hostile_domains = own, .n_hostile_domains = 1 };

	assert_int_equal(side_in(c, "メールアドレス：taro@gmail.com", NULL), PII_SIDE_PERSON);
	assert_int_equal(side_in(c, "To: 渡辺 凛 <rin@sakuratech.com>", NULL), PII_SIDE_PERSON);
	assert_int_equal(side_in(c, "From: \"総務課\" <billing@mail-auth250.info>", NULL), PII_SIDE_ATTACKER);
	assert_int_equal(side_in(c, "・遮断: support@jp-parcel692.xyz （838件）", NULL), PII_SIDE_ATTACKER);
	assert_int_equal(side_in(c, "taro[@]gmail[.]com", NULL), PII_SIDE_ATTACKER);
	assert_int_equal(side_in(c, "連絡は a.suzuki@city-midori.lg.jp まで", NULL), PII_SIDE_PERSON);
	assert_int_equal(side_in(c, "窓口 info@city-midori.lg.jp", NULL), PII_SIDE_DESK);
	assert_int_equal(side_in(c, "x1@mail.example.net", &ours), PII_SIDE_PERSON);
	assert_int_equal(side_in(c, "メール：x1@mail.example.net", &theirs), PII_SIDE_ATTACKER);
}

static void blocks_of_a_stream_know_the_head_of_the_table(void **state)
{
	struct ctx *c = *state;
	struct pii_state *s;
	struct pii_result r;

	assert_ok(c, pii_state_new(c, &s));
	assert_ok(c, pii_scan(c, S("id,氏名,住民票コード\n"), NULL, s, &r));
	assert_int_equal(r.n_spans, 0);
	assert_ok(c, pii_scan(c, S("1,未知 ぬるる,24727059608\n"), NULL, s, &r));
	assert_int_equal(r.n_spans, 2);
	assert_int_equal(r.spans[0].type, PII_NAME);
	assert_int_equal(r.spans[1].type, PII_JUMINHYO);
	assert_int_equal(r.tally[PII_JUMINHYO], 1);
}

/* Of a report in one line of JSON the finders see little; what is somebody's must be in it, wherever it stands. */
static void a_person_is_found_anywhere_in_a_line_of_half_a_megabyte(void **state)
{
	static const char machine[] = "{\"type\":\"indicator\",\"name\":\"misp\",\"valid_from\":\"2024-05-06T07:08:09Z\",\"pattern\":\"[domain = 'evil.example']\"}, ";
	static const char person[] = "{\"name\":\"Taro Yamada\",\"tel\":\"090-1234-5678\",\"dob\":\"1985-03-04\"}, ";
	struct ctx *c = *state;

	for (size_t at = 0; at < 4000; at += 571) {
		struct pii_result r;
		struct pii_state *s;
		struct buf b;

		buf_init(&b, c->a, (size_t)1 << 20);
		for (size_t i = 0; i < 4000; i++) {
			if (i == at)
				buf_putz(&b, person);
			buf_putz(&b, machine);
		}
		assert_ok(c, pii_state_new(c, &s));
		assert_ok(c, pii_scan(c, buf_slice(&b), NULL, s, &r));
		assert_int_equal(r.n_spans, 3);
		assert_int_equal(r.tally[PII_NAME] + r.tally[PII_PHONE] + r.tally[PII_BIRTH_DATE], 3);
	}
}

static void rows_that_hold_no_value_of_a_persons_column_are_passed(void **state)
{
	struct ctx *c = *state;
	struct pii_state *s;
	struct pii_result r;

	assert_ok(c, pii_state_new(c, &s));
	assert_ok(c, pii_scan(c, S("id,name,birthday,account,host\n"
		"1,Poland #128,,7,pl128.vpn.example\n"
		"2,Taro Yamada,,7,pl129.vpn.example\n"
		"3,\"Poland, #130\",1985-03-04,7,pl130.vpn.example\n"
		"4,Poland #131,none,7,sato.hanako@town.lg.jp\n"
		"5,Poland #132,,7,pl132.vpn.example\n"), NULL, s, &r));
	assert_int_equal(r.n_spans, 3);
	assert_int_equal(r.tally[PII_NAME], 1);
	assert_int_equal(r.tally[PII_BIRTH_DATE], 1);
	assert_int_equal(r.tally[PII_EMAIL], 1);
	/* what ends the table still does */
	assert_ok(c, pii_scan(c, S("end of it\nx,Jiro Suzuki,1985-03-04,y,z\n"), NULL, s, &r));
	assert_int_equal(r.n_spans, 0);
}

static void broken_bytes_are_stepped_over(void **state)
{
	struct ctx *c = *state;
	struct pii_result r;

	assert_ok(c, pii_scan(c, S("\xff\xfe氏名：山田太郎\xe3"), NULL, NULL, &r));
	assert_int_equal(r.n_spans, 1);
	assert_ok(c, pii_scan(c, S(""), NULL, NULL, &r));
	assert_int_equal(r.n_spans, 0);
}

/* How many spans stand in the text when it is read strictly, and when not. */
static void spans_of(struct ctx *c, const char *text, bool strict, size_t *ret)
{
	const struct pii_hints hints = { .strict = strict };
	struct pii_result r;

	assert_ok(c, pii_scan(c, slice_of(text), &hints, NULL, &r));
	*ret = r.n_spans;
}

static void a_text_about_persons_is_read_more_strictly(void **state)
{
	static const struct { const char *text; size_t plain, strict; } cases[] = {
		{ "電話：03-1234-5678\n引継先：贄鳰\n", 1, 2 },
		{ "引継先：贄鳰\n", 0, 0 },                     /* nothing certain stands in it */
		{ "電話：03-1234-5678\n状態：要確認\n出席：全員\n", 1, 1 },
		{ "氏名：佐藤花子\nuser_name: 櫨鳰　勲\n電話：03-1234-5678\n", 2, 3 },
		{ "電話：03-1234-5678\n複数の端末と会社のPC、贄鳰の端末\n", 1, 2 },
		/* surnames of one letter, and where they stand again */
		{ "電話：03-1234-5678\n参加：鈴木、贄、畑／欠席：鳰\n・贄：承知。\n・案件は畑対応中。畑から\n", 2, 8 },
		{ "電話：03-1234-5678\n1月5日、贄の端末に届き、贄は開いた。私の端末は別の端末\n", 1, 3 },
		{ "電話：03-1234-5678\n上記のメール、お客様のアカウント、庁内の端末\n", 1, 1 },
		/* titles, but not of offices */
		{ "電話：03-1234-5678\n贄鳰室長へ、相談室長へ、保健所長へ、鳰分が承ります\n", 1, 3 },
		/* a surname of the lists and what follows it, in brackets and behind a bullet */
		{ "電話：03-1234-5678\n地域連携室（佐藤霏々）に、収納係（収納管理）に\n　・山本霏々（市民課 → 経理部）\n", 1, 3 },
		{ "<氏名>ｶﾄｳﾄﾒﾖ</氏名>\n<tel>03-1234-5678</tel>\n", 1, 2 },
		{ "電話：03-1234-5678\n佐藤花子様（ニエトメヨ）\n", 3, 3 },
		{ "電話：03-1234-5678\n佐藤花子さん（20151212、東京都港区芝1-2-3）\n", 3, 4 },
		/* words of town papers */
		{ "電話：03-1234-5678\n出席者　佐藤副市長（議長）、畑情報政策課長\n", 2, 3 },
		{ "電話：03-1234-5678\n受賞は幡多 楓、滞　納　整　理　票\n", 2, 2 },
		{ "電話：03-1234-5678\n祖母の佐藤　栞が、妻（遥）、次女・久美子（別居）、母の手\n", 2, 4 },
		{ "電話：03-1234-5678\n保健センターの関が受信、弊社金城より、当課の職員が\n", 1, 3 },
		{ "電話：03-1234-5678\n芝　千　尋\nグエン・ティ・ホア　女\nウェブ・サーバ\n", 1, 3 },
		{ "電話：03-1234-5678\n佐藤花子　殿　　昭和12年5月5日　要介護3\n", 2, 3 },
		{ "{name: {family: 鳰, given: 栞}, 普通, number: \"1180427\", tel: \"03-1234-5678\"}\n", 1, 4 },
		{ "電話：03-1234-5678\n京都府宇治市宇治琵琶33\n宮崎県都城市姫城町6街区21号\n", 2, 3 },
		{ "電話：03-1234-5678\n旅券番号 C7719204\n氏名 NAME　TRAN THI MAI LINH\n", 3, 3 },
		/* common words are no names, whatever list they stand in */
		{ "電話：03-1234-5678\n対応：遮断、隔離、復旧、財産調査、被害者\n", 1, 1 },
		{ "電話：03-1234-5678\n対応：佐藤、報告\n", 2, 2 },
		{ "impacket.zip | 1 170 527 B\n", 0, 0 },
		{ "3,ｻｻｶﾞﾜﾀｶｼ,笹川　隆,2017/10/10,千葉県市川市八幡2丁目18番4号\n", 2, 4 },
	};
	struct ctx *c = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t plain, strict;

		spans_of(c, cases[i].text, false, &plain);
		spans_of(c, cases[i].text, true, &strict);
		if (plain != cases[i].plain || strict != cases[i].strict)
			fail_msg("%s: %zu and %zu spans", cases[i].text, plain, strict);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORK_TEST(check_digits_follow_their_sources),
		WORK_TEST(labels_in_all_writings_lead_to_their_values),
		WORK_TEST(a_wrong_check_digit_under_a_label_is_held_back_all_the_same),
		WORK_TEST(names_are_found_by_what_stands_around_them),
		WORK_TEST(look_alikes_are_left_alone),
		WORK_TEST(columns_give_their_meaning_to_the_cells),
		WORK_TEST(a_mail_address_belongs_to_one_side),
		WORK_TEST(blocks_of_a_stream_know_the_head_of_the_table),
		WORK_TEST(a_person_is_found_anywhere_in_a_line_of_half_a_megabyte),
		WORK_TEST(rows_that_hold_no_value_of_a_persons_column_are_passed),
		WORK_TEST(broken_bytes_are_stepped_over),
		WORK_TEST(a_text_about_persons_is_read_more_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
