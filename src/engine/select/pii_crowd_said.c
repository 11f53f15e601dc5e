/*
 * A surname by itself, where the words before or behind it tell of a person: 露木教頭, 弊社の佐藤が, 王生が承ります, 小島の端末.
 */
#include "engine/select/pii_name.h"

#include "base/banned.h"

/* Nothing of a longer word stands before i. */
static bool word_begins(const struct unit *u, uint32_t i)
{
	return !i || !u_is(u, i - 1, PC_KANJI | PC_KATA | PC_ALPHA);
}

/* お電話ありがとうございます。王生が承ります: who says what they do. */
static rc serves(struct unit *u, uint32_t i)
{
	static const char16_t *const verbs[] = {
		u"が承", u"がうけたま", u"が伺", u"がお伺", u"が対応いた", u"が対応させ", u"が担当いた", u"が担当させ", u"がお受け",
		u"が参り", u"がご案内", u"がご説明", u"と申し", u"と申す", NULL
	};

	if (!word_begins(u, i) || (i && u_is(u, i - 1, PC_HIRA)))
		return OK;
	for (uint32_t s = 5; s >= 1; s--) {
		if (!PW_SURNAME(word_info(u->cp + i, s)) || (s > 1 && crowd_has_word(u, i, i + s)))
			continue;
		if (words_at(u, i + s, verbs) && unit_free(u, i, i + s))
			return unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "serves");
	}
	return OK;
}

/* 建設課, 島根: what is a surname of the lists, perhaps, and before a title as likely an office or a place. */
static bool is_office_or_place(const struct unit *u, uint32_t i, uint32_t end)
{
	return is_in(u->cp[end - 1], u"部課係室局署所館院校園員長") || crowd_is_prefecture(u, i, end) || crowd_has_word(u, i, end);
}

/* 露木教頭, 帆足主任へ: before what only persons are; nothing that is a place or an office, too. */
static rc with_title(struct unit *u, uint32_t i)
{
	static const char16_t *const titles[] = {
		u"主任", u"教頭", u"主事", u"参事", u"主査", u"係長", u"課長", u"部長", u"次長", u"主幹", u"専務", u"常務", u"担任",
		u"医師", u"看護師", u"弁護士", u"巡査", u"警部補", NULL
	};

	if (!word_begins(u, i))
		return OK;
	for (uint32_t s = 4; s >= 2; s--) {
		uint32_t info = i + s < u->n ? word_info(u->cp + i, s) : 0, end;

		if (!PW_SURNAME(info) || is_office_or_place(u, i, i + s))
			continue;
		end = words_at(u, i + s, titles);
		if (end && !u_is(u, end, PC_KANJI | PC_KATA) && unit_free(u, i, i + s))
			return unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "title");
	}
	return OK;
}

/* 裕子さん: a given name of the lists by itself. */
static rc given_called(struct unit *u, uint32_t i)
{
	uint32_t n = letters_run(u, i, PC_KANJI, 4), info;

	if (n < 2 || n > 3 || u_cp(u, i + n) != u'さ' || u_cp(u, i + n + 1) != u'ん')
		return OK;
	info = word_info(u->cp + i, n);
	if (PW_GIVEN(info) < 2 || !is_only_given(info) || !unit_free(u, i, i + n))
		return OK;
	return unit_span(u, i, i + n, PII_NAME, PII_DOUBTFUL, "given name and honorific");
}

/* 佐藤が, 久保まで: does a word end at i? の and や join it with the next. */
static bool word_ends(const struct unit *u, uint32_t i)
{
	if (is_in(u_cp(u, i), u"のや"))
		return false;
	return name_end_at(u, i, u->n) >= END_PARTICLE || (u_cp(u, i) == u'ま' && u_cp(u, i + 1) == u'で');
}

/* 弊社の佐藤が, 担任の久保まで: who speaks of one of theirs. */
static rc of_ours(struct unit *u, uint32_t i)
{
	static const char16_t *const before[] = {
		u"担任の", u"担当の", u"窓口の", u"受付の", u"上司の", u"同僚の", u"部下の", u"後任の", u"前任の", u"弊社の", u"当社の",
		u"当課の", u"当方の", u"同課の", u"同係の", u"弊課の", u"当院の", u"当校の", u"当行の", u"弊行の", u"弊店の", u"当店の", NULL
	};

	if (i < 3 || u->cp[i - 1] != u'の' || !words_at(u, i - 3, before))
		return OK;
	for (uint32_t s = 5; s >= 1; s--) {
		uint32_t info = word_info(u->cp + i, s);

		if (PW_SURNAME(info) < (s == 1 ? 2u : 1u) || !word_ends(u, i + s))
			continue;
		if ((info & PW_PLACE) && crowd_is_prefecture(u, i, i + s))
			continue;
		return unit_free(u, i, i + s) ? unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "one of ours") : OK;
	}
	return OK;
}

/* 小島の端末に: whose machine, account or telephone it was. */
static rc owns_machine(struct unit *u, uint32_t i)
{
	static const char16_t *const things[] = {
		u"の端末", u"のパソコン", u"のpc", u"のアカウント", u"のメールボックス", u"の携帯", u"のスマホ", u"のスマートフォン", u"の席",
		u"の机", u"の業務用", NULL
	};

	if (!word_begins(u, i) || (i && is_in(u->cp[i - 1], u"のおご")))
		return OK;
	for (uint32_t s = 4; s >= 2; s--) {
		if (!words_at(u, i + s, things) || PW_SURNAME(word_info(u->cp + i, s)) < 2)
			continue;
		if (!crowd_is_prefecture(u, i, i + s) && !crowd_has_word(u, i, i + s) && unit_free(u, i, i + s))
			return unit_span(u, i, i + s, PII_NAME, PII_DOUBTFUL, "whose machine");
	}
	return OK;
}

rc crowd_surname(struct unit *u, uint32_t i)
{
	TRY(serves(u, i));
	TRY(with_title(u, i));
	TRY(given_called(u, i));
	TRY(of_ours(u, i));
	return owns_machine(u, i);
}
