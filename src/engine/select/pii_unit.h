/*
 * Inside of the search for personal information: a line of the text, decoded and folded (full-width to ASCII, kinds of
 * hyphens to one, half-width kana to full, variants of kanji to one), with the way back to bytes. Not for callers.
 */
#ifndef ENGINE_SELECT_PII_UNIT_H
#define ENGINE_SELECT_PII_UNIT_H

#include "engine/select/pii.h"
#include "engine/select/pii_mask.h"
#include "engine/select/pii_tables.h"

#define UNIT_MOST 16384u     /* code points; longer lines are cut at a separator */
#define TAGS_MOST 4096u
#define COLUMNS_MOST 256u

/* A label, or the head of the column that a cell stands in. */
struct tag {
	uint32_t start, end;   /* of the label; for a cell both are its begin */
	uint32_t limit;        /* the value ends here at the latest            */
	uint64_t mask;         /* LX bits                                      */
	bool cell;             /* the value is exactly [end, limit)            */
	bool latin;            /* the label is a Latin word                    */
};

struct unit {
	struct ctx *c;
	size_t base;           /* byte offset of the unit in the text */
	uint32_t n;
	uint16_t *cp;          /* n + 8 zeroes behind */
	uint16_t *kind;        /* pii_class[] of each, and 8 zeroes: asked for again by all finders */
	uint32_t *at;          /* byte offset from base; n + 1 */
	uint8_t *claim;        /* 0 free, 1 found, 2 closed: belongs to somebody else */
	struct tag *tags;
	uint32_t n_tags;
	uint16_t classes;      /* of all its characters: PC_ bits */
	bool latin_only;       /* no kana and no kanji in it */
	slice plain;           /* the bytes, when each is a letter by itself (ASCII without escapes); else empty */
	/* a whole line that may belong to a table, not a sentence that the gate let through */
	bool whole;
	struct pii_work *w;
};

/* The columns of a table whose rows follow. */
struct columns { uint16_t n; uint64_t mask[COLUMNS_MOST]; };

enum table_kind { TABLE_NONE, TABLE_CSV, TABLE_SQL, TABLE_HTML };

#define KEY_MOST 24u
#define KEY_BITS 8u
#define KEYS_KEPT (1u << KEY_BITS)

/* A key that was asked for, "user" in user=…, and the bits of the label that it is: logs have few of them, and often. */
struct gate_key { char text[KEY_MOST]; uint8_t len; uint64_t mask; };

/* From a zeroed one on, so that the same state is the same bytes. */
struct pii_state {
	bool begun;
	enum pii_kind kind;
	enum table_kind table;
	char separator;
	bool sql_columns;            /* inside CREATE TABLE ( … ) */
	uint16_t html_column;
	bool html_head;              /* the row read is one of heads */
	uint64_t list;               /* labels in the head of a list that blanks part; 0 when there is none */
	uint64_t pending;            /* label at the end of the last line, its value on the next */
	bool seen_report;            /* hashes or defanged text: an indicator report  */
	bool seen_person;            /* something personal other than a mail address  */
	bool seen_japanese;
	uint32_t heads_left;         /* lines that may still be the head of a table */
	struct columns columns;      /* last of what is put: pii_state.c */
	struct gate_key keys[KEYS_KEPT];
	struct repeats *repeats;     /* of a stream; else NULL */
	struct passages *passages;   /* the same */
};

/* All of it that decides how a line is read. */
slice pii_state_bytes(const struct pii_state *s);

/* The text as the gate (pii_gate.c) sees it; `masks` are those of the blocks from byte `from` - 1 on, 0 for none. */
struct gate_view {
	slice text;
	size_t from;
	struct masks masks;
	mask_fn *look;
	struct gate_key *keys;       /* of KEYS_KEPT */
};

#define LAID_MOST 32u

/* The columns of a table that blanks lay out: where each begins, as wide as it is shown, and its label. */
struct laid { uint32_t n, at[LAID_MOST]; uint64_t mask[LAID_MOST]; bool single; };

/* Growing lists of the call. */
struct pii_work {
	const struct pii_hints *hints;
	struct pii_state *state;
	struct pii_span *spans;
	size_t n_spans, cap_spans;
	size_t own;                  /* spans before it are of other lines, which may stand behind (pii_hunt.c) */
	struct pii_mail *mails;
	uint16_t *mail_near;         /* what stood around it: MAIL_ bits */
	size_t n_mails, cap_mails;
	slice text;
	struct gate_view gate;
	struct unit *inner;          /* for what is found inside encodings; NULL until needed */
	struct laid laid;            /* of the table that the line stands in; n is 0 outside of one */
	bool nested;                 /* this is the inner one */
	bool thorough;               /* past the gate */
	size_t scanned;              /* bytes that the finders looked at */
	struct passage *passages;    /* of the block, pii_passage.h; those that were read by their lines and those known */
	size_t n_passages, cap_passages;
	bool by_passages;            /* they are looked for */
	bool strict;                 /* pii_hints.strict */
	bool of_other_side;          /* the line stands below 相手方 or 犯人 and farther in */
	enum { AROUND_UNKNOWN, AROUND_LATIN, AROUND_JAPANESE } around;   /* of the unit at hand: unit_among_japanese() */
};

static inline uint16_t u_cp(const struct unit *u, uint32_t i) { return i < u->n ? u->cp[i] : 0; }
static inline uint16_t u_class(const struct unit *u,
	uint32_t i) { return i < u->n ? u->kind[i] : 0; }
static inline bool u_is(const struct unit *u, uint32_t i,
	uint16_t bits) { return (u_class(u, i) & bits) != 0; }
/* The next place from i on whose character has one of the bits, or n; four at a time. */
static inline uint32_t u_next(const struct unit *u, uint32_t i, uint16_t bits)
{
	uint64_t each = UINT64_C(0x0001000100010001) * bits, v;

	for (; i < u->n; i += 4) {
		memcpy(&v, u->kind + i, sizeof v);
		v &= each;
		if (v)
			return i + (uint32_t)__builtin_ctzll(v) / 16;
	}
	return u->n;
}
/* The next place from i on of the character, which is not 0, or n. (Mycroft's test: no lane before the first that is zero sets a bit.) */
static inline uint32_t u_find(const struct unit *u, uint32_t i, uint16_t ch)
{
	const uint64_t one = UINT64_C(0x0001000100010001);
	uint64_t v;

	for (; i < u->n; i += 4) {
		memcpy(&v, u->cp + i, sizeof v);
		v ^= one * ch;
		v = (v - one) & ~v & one << 15;
		if (v)
			return i + (uint32_t)__builtin_ctzll(v) / 16;
	}
	return u->n;
}
/* Was the sign at i written in full width? ／ parts values, where / joins them. */
static inline bool u_is_wide(const struct unit *u, uint32_t i) { return i < u->n && u->at[i + 1] - u->at[i] == 3; }
static inline bool u_alnum(const struct unit *u, uint32_t i) { return u_is(u, i, PC_ALPHA | PC_DIGIT); }
static inline uint16_t small_letter(uint16_t ch) { return ch >= 'A' && ch <= 'Z' ? (uint16_t)(ch + 32) : ch; }
/* Does the word (ASCII, small letters) stand at i, in letters of any case? What follows it does not matter. */
static inline bool u_says(const struct unit *u, uint32_t i, const char *word)
{
	for (; *word; word++, i++)
		if (small_letter(u_cp(u, i)) != (uint16_t)(unsigned char)*word)
			return false;
	return true;
}
static inline uint16_t kata(uint16_t ch) { return ch >= 0x3041 && ch <= 0x3096 ? (uint16_t)(ch + 0x60) : ch; }

/* Is a digit or a numeral in kanji in the unit? */
static inline bool unit_has_digits(const struct unit *u) { return (u->classes & (PC_DIGIT | PC_KNUM)) != 0; }

/* Is one of the signs (ASCII, at most four) in the unit? */
static inline bool unit_has(const struct unit *u, const char *signs)
{
	for (; *signs; signs++)
		if (u->plain.len ? memchr(u->plain.p, *signs, u->plain.len) != NULL : u_find(u, 0, (uint8_t)*signs) < u->n)
			return true;
	return false;
}

/* pii_escape.c: the length of the escape at i and the letter that it stands for, or 0; whether the finders must look at it. */
size_t escape_read(slice s, size_t i, uint32_t *ret_cp);
bool escape_matters(slice s, size_t i);

/* pii_nest.c */
/* Does base64 of text begin at byte i? */
bool nest_matters(slice s, size_t i);
/* `line` is what u was read from. */
MUST_USE rc nest_find(struct unit *u, slice line);
/* pii_scan.c: holds bytes [start, end) of the line back when `text`, which they stand for, holds something personal. */
MUST_USE rc nest_hold(struct unit *u, slice text, size_t start, size_t end);

/* pii_repeat.c: what was found and stands in the text again, or in the texts of the stream that come after; the spans are
 * sorted and stay so up to what is added. */
MUST_USE rc repeats_find(struct ctx *c, struct pii_work *w);
/* pii_repeat_one.c: surnames of one letter, where a text is read strictly; the spans are in order, those added are not. */
MUST_USE rc repeats_of_one(struct unit *u, slice text);
/* For a stream; in c->a. */
MUST_USE rc repeats_keep(struct ctx *c, struct repeats **ret);
uint64_t repeats_learnt(const struct repeats *r);

#define ACCOUNT_LETTERS 24u

/* pii_profile.c: a part of an account at i, letters only: its end, and whether it is of the lists. One letter is an initial. */
uint32_t account_part(const struct unit *u, uint32_t i, uint32_t *ret_info);
/* pii_page.c: is [start, end), behind a folder of accounts that begins with the slash, a page of the web and nobody's account? */
bool is_page(const struct unit *u, uint32_t slash, uint32_t start, uint32_t end);

/* pii_torn.c: an address and a date with blanks between their letters, under a label at v. The end, or 0. */
uint32_t torn_address(const struct unit *u, const struct tag *tag, uint32_t v);
uint32_t torn_date(const struct unit *u, uint32_t v, uint32_t limit);
/* The name [v, end) with the letters that a blank parted from it; its end. */
uint32_t torn_name(const struct unit *u, const struct tag *tag, uint32_t v, uint32_t end);
/* What begins at the end of the line [at, end) of the text, which is in the unit, and goes on in the next. */
MUST_USE rc wrap_find(struct unit *u, slice text, size_t at, size_t end);

/* pii_unit.c: room for so many more. */
MUST_USE rc work_room(struct ctx *c, struct pii_work *w, size_t spans, size_t mails);
/* pii_hunt.c: looks again where the gate passed over a weak sign; the spans are in order, those added behind them are not. */
MUST_USE rc hunt(struct unit *u, slice text);
/* pii_scan.c: all finders on one line that stands at byte `base`. */
MUST_USE rc line_scan(struct unit *u, slice line, size_t base);

/* pii_profile.c */
#define RULE_PROFILE "profile folder"
MUST_USE rc profiles_find(struct unit *u);
MUST_USE rc documents_find(struct unit *u);
MUST_USE rc accounts_find(struct unit *u);
MUST_USE rc homes_find(struct unit *u);
/* pii_name_latin.c: cells below a head that is one of persons or of things. */
MUST_USE rc romaji_cells_find(struct unit *u);
/* pii_crowd.c: names that stand in lists of people, beside their reading, before honorifics, although no list has them. */
MUST_USE rc crowd_find(struct unit *u);
/* pii_strict.c: for a text that is masked. */
MUST_USE rc strict_find(struct unit *u);
/* May all of [i, end) be a name, by its form alone? */
bool strict_name(const struct unit *u, uint32_t i, uint32_t end);
/* pii_record.c */
MUST_USE rc records_find(struct unit *u);
/* What of the unit was found, up to two of each: names, and what is a person's and no name. */
void record_count(const struct unit *u, uint32_t *ret_names, uint32_t *ret_more);
MUST_USE rc events_find(struct unit *u);
/* N:… and FN:… of a business card (vCard). */
MUST_USE rc cards_find(struct unit *u);

/* pii_unit.c */
MUST_USE rc unit_new(struct ctx *c, struct pii_work *w, struct unit **ret_unit);
/* Decodes `line`, which stands at byte `base` of the text; line.len ≤ what unit_cut allowed. */
void unit_read(struct unit *u, slice line, size_t base);
MUST_USE rc unit_span(struct unit *u, uint32_t start, uint32_t end, enum pii_type type, enum pii_doubt doubt,
	const char *rule);
/* Holds all of [start, end), parts of which may have been found as the same; not when a part is something else. */
MUST_USE rc unit_widen(struct unit *u, uint32_t start, uint32_t end, enum pii_type type, const char *rule);
bool unit_free(const struct unit *u, uint32_t start, uint32_t end);
/* Is there Japanese in the sentence, of which the unit may be no more than what the gate cut out of it? */
bool unit_among_japanese(const struct unit *u);
void unit_close(struct unit *u, uint32_t start, uint32_t end);

/* pii_gate.c */
void gate_begin(struct gate_view *v, slice text, struct gate_key *keys);
/* May the short line at `at` be a name alone? */
bool gate_short(const struct gate_view *v, size_t at, size_t len);
#define GATE_DEAR 5u     /* "Dear " at the beginning of a line */
#define SHORT_LINE 40u   /* bytes: an addressee, or the name under a letter */
#define HEADS_BEHIND_NONE 2u   /* lines behind an empty one that may be the head of a table */
/*
 * The next sentence from i on that the finders must look at: its beginning and end. Else the end of the line (of the text) up to
 * which there is none. With `heads`, further lines are read as long as they can be nothing but sentences and begin before `last`;
 * so many of them may be heads.
 */
size_t gate_next(struct gate_view *v, size_t i, uint32_t *heads, size_t last, size_t *ret_start, bool *ret_matters);
#define HEAD_MOST 4000u        /* bytes of a head */
/* A line that may be the head of a table or a statement of SQL: short, with cells (none without `fields`), without long numbers. */
bool gate_head(slice line, bool fields);
/* The line that begins at `at`; without *ret_fields nothing in it parts cells. */
slice gate_line(struct gate_view *v, size_t at, bool *ret_fields);
/* Is the line at `at`, which the finders are to see as a whole, more than a row of a table that holds no value of a person's column? */
bool gate_row(const struct gate_view *v, const struct pii_state *s, size_t at, slice row);

/* pii_lex.c */
uint32_t word_info(const uint16_t *cp, uint32_t n);
/* Are n letters a common word (報告), two (財産調査), or one and a letter behind it (調査中), which no guess may take for a name? */
bool word_is_plain(const uint16_t *cp, uint32_t n);
/* The same letter by letter; the hash of word_hash() in tools/gen_pii.py. */
#define WORD_HASH UINT64_C(0xcbf29ce484222325)
static inline uint64_t word_step(uint64_t h, uint16_t ch)
{
	h = (h ^ ch) * UINT64_C(0x9E3779B97F4A7C15);
	return h ^ h >> 29;
}
uint32_t pii_word_find(uint64_t h);
/* Two kanji of which the second often ends a surname (田, 川, 村 …): a surname that no list has. */
static inline bool is_surname_like(const uint16_t cp[2])
{
	return (pii_class[cp[1]] & PC_SURNAME_END) && (pii_class[cp[0]] & (PC_KANJI | PC_KNUM)) == PC_KANJI;
}
/* Longest word of the lexicon at i that has one of `want`; its length or 0. */
uint32_t lex_match(const struct unit *u, uint32_t i, uint64_t want, uint64_t *ret_mask);
/* A label whose letters are set apart by blanks, 氏　　名: its length or 0. */
uint32_t lex_spaced(const struct unit *u, uint32_t i, uint64_t *ret_mask);
/* The word of the lexicon that ends before i (looked for by its beginnings up to 8 back). */
uint32_t lex_before(const struct unit *u, uint32_t i, uint64_t want);
/* Are the n letters as a whole a word of the lexicon? Its mask, or 0. */
uint64_t lex_whole(const uint16_t *cp, uint32_t n, uint64_t want);
/* A label in Latin letters at i: "birthDate", "customer_tel", "My Number"; its length or 0. */
/* Quickly: may a part of the identifier at i begin such a label? */
bool lex_ident_may(const struct unit *u, uint32_t i);
uint32_t lex_ident(const struct unit *u, uint32_t i, uint64_t *ret_mask);

/* The bits of the label that this Latin identifier, or its last part, is. */
uint64_t label_ends(const uint16_t *word, uint32_t n);
/* Do the letters end in a label whose value is text (a name, an address, a date)? With `any`, in any label of ours? */
bool label_tail(const uint16_t *cp, uint32_t n, bool any);
/* Does an honorific or title begin here? */
bool honour_begins(const uint16_t *cp, uint32_t n);

/* pii_label.c */
MUST_USE rc labels_find(struct unit *u);
/* What lies between a label and its value: nothing or particles, blanks only, or a plain sign such as : = or a cell border. */
enum gap { GAP_NONE, GAP_BLANK, GAP_SIGN };
/* From the end of a label to its value. */
uint32_t label_gap(const struct unit *u, uint32_t i, uint32_t limit, enum gap *ret_gap);
MUST_USE rc labels_read(struct unit *u);

/* pii_table.c: finds table heads and puts a tag at each cell of a row. */
void table_line(struct unit *u);
/* What the head [start, end) says; *ret_pure when little but a label stands there. */
uint64_t table_head_mask(const struct unit *u, uint32_t start, uint32_t end, bool *ret_pure);
/* No values stand in the line: it may be a head. */
bool table_may_be_head(const struct unit *u);
void table_cell(struct unit *u, uint32_t start, uint32_t end, uint64_t mask);
/* pii_columns.c: the same for a table whose columns blanks part. */
void columns_line(struct unit *u);

/* pii_number.c */
struct number {
	uint32_t start, end;
	uint32_t groups, digits;
	struct { uint32_t at, len; uint16_t sep; } g[12];   /* sep: what stands before the group */
	char d[40];
};
bool number_read(const struct unit *u, uint32_t i, uint32_t limit, struct number *ret);
/* A value of a numbered class under its label at i. The end, or 0. */
uint32_t number_labelled(const struct unit *u, uint32_t i, uint32_t limit, enum pii_type t, bool *ret_failed);
MUST_USE rc numbers_find(struct unit *u);
uint32_t card_read(const struct unit *u, uint32_t i);   /* residence card AA00000000AA */
uint32_t passport_read(const struct unit *u, uint32_t i);

/* pii_phone.c */
/* Length of the telephone number at i in code points, 0 if there is none. */
uint32_t phone_read(const struct unit *u, uint32_t i, uint32_t limit, bool labelled);
uint32_t phone_numerals(const struct unit *u, uint32_t i);

/* pii_date.c */
/* Under a label: 550607, and 3550607 with a number for the era (1 明治 … 5 令和), as registers of residents have it. */
uint32_t date_coded(const struct unit *u, uint32_t i, uint32_t limit);
/* 29221, the days since 1900 as a workbook keeps a date (ECMA-376 part 1, 18.17.4.1): a cell by itself. The end, or 0. */
uint32_t date_counted(const struct unit *u, uint32_t i, uint32_t limit);
/* 明・大・昭・平・令　33年6月10日; *i becomes where the date begins. The end, or 0. */
uint32_t date_chosen(const struct unit *u, uint32_t *i, uint32_t limit);
uint32_t date_read(const struct unit *u, uint32_t i, uint32_t limit);

/* pii_name.c */
/* Does a word that ends so and is called 様 or さん name nobody (保護者様, 仕様)? */
bool name_is_called_word(uint16_t ch);
uint32_t name_labelled(const struct unit *u, uint32_t i, uint32_t limit, enum gap gap, bool weak);
/* Where the name begins in a value that may begin with an office; i itself when it does not. */
uint32_t name_start(const struct unit *u, uint32_t i, uint32_t limit);
/* A name before what persons are called at i; its end, or 0. */
uint32_t name_called_at(const struct unit *u, uint32_t i, uint32_t limit);
uint32_t kana_labelled(const struct unit *u, uint32_t i, uint32_t limit);
uint32_t name_at(const struct unit *u, uint32_t i, uint32_t limit, uint32_t *ret_weight);
MUST_USE rc names_find(struct unit *u);

/* pii_address.c */
uint32_t address_at(const struct unit *u, uint32_t i, uint32_t limit, bool labelled);
/* Behind a label and a blank: any words that end in a block. */
uint32_t address_blocked(const struct unit *u, uint32_t i, uint32_t limit);
MUST_USE rc addresses_find(struct unit *u);

/* pii_mail.c */
/* Is the host d, of n letters, one of these (in small letters) or below one? */
bool in_domains(const uint16_t *d, uint32_t n, const slice *list, size_t count);
#define MAIL_LABEL 1u
#define MAIL_COLUMN 2u
#define MAIL_DEFANGED 4u
#define MAIL_HOSTILE 8u
#define MAIL_VICTIM 16u
#define MAIL_NAME 32u
#define MAIL_FROM 64u
#define MAIL_JA 128u
#define MAIL_QUERY 256u   /* in the path or query of a link: whom it was sent to */
#define MAIL_ID 512u      /* Message-ID, UID: the form of an address, and nobody's */
MUST_USE rc mails_find(struct unit *u);
MUST_USE rc mails_decide(struct ctx *c, struct pii_work *w, size_t first);

#endif
