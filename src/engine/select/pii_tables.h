/* The tables that tools/gen_pii.py makes from selection/pii, and the meaning of their bits (the same there). */
#ifndef ENGINE_SELECT_PII_TABLES_H
#define ENGINE_SELECT_PII_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* What is known of a word. The weight of a surname or given name: 0 none, 1 rare … 3 frequent. */
#define PW_SURNAME(info) ((info) & 3u)
#define PW_SURNAME_WORD 0x0004u    /* also a common word */
#define PW_GIVEN(info) ((info) >> 3 & 3u)
#define PW_GIVEN_WORD 0x0020u
#define PW_PLACE 0x0040u
#define PW_VETO 0x0080u            /* looks like surname + given name, and is not */
#define PW_SURNAME_KANA 0x0100u
#define PW_GIVEN_KANA 0x0200u
#define PW_SURNAME_ROMAJI 0x0400u
#define PW_GIVEN_ROMAJI 0x0800u
#define PW_FREE_MAIL 0x1000u       /* domain of free mail or a provider */
#define PW_DESK 0x2000u            /* local part of a function */

/* What is known of a character, after folding. */
#define PC_SURNAME 0x0001u         /* begins a surname */
#define PC_GIVEN 0x0002u           /* stands in given names */
#define PC_LEX 0x0004u             /* begins a word of the lexicon */
#define PC_KANJI 0x0008u
#define PC_HIRA 0x0010u
#define PC_KATA 0x0020u
#define PC_DIGIT 0x0040u
#define PC_ALPHA 0x0080u
#define PC_BLANK 0x0100u
#define PC_HYPHEN 0x0200u
#define PC_PLACE 0x0400u           /* begins the name of a place */
#define PC_SURNAME_KANA 0x0800u
#define PC_KNUM 0x1000u            /* numeral in kanji, 元 included */
#define PC_LEX1 0x2000u            /* is a word of the lexicon by itself */
#define PC_SURNAME_END 0x4000u     /* often ends a surname of two kanji */

#define PC_SIGN 0x8000u            /* @ [ ( { / \: may belong to a mail address or a folder */

/* What the gate (pii_gate.c) asks of a character before folding. */
#define PG_KANJI 0x01u
#define PG_SURNAME 0x02u
#define PG_ROLE_END 0x04u          /* ends a word such as 従業員 */
#define PG_DIGIT 0x08u
#define PG_SPECIAL 0x10u
#define PG_KATA 0x20u
#define PG_HIRA 0x40u
#define PG_SIGN 0x80u              /* may stand between a label and its value */

/* Bits of a word of the lexicon: first the types of enum pii_type, then these. */
#define LX(bit) ((uint64_t)1 << (bit))
enum {
	LX_NONE = 20, LX_NAME_WEAK, LX_ADDRESS_WEAK, LX_FILL, LX_HONORIFIC, LX_TITLE, LX_ROLE, LX_NOTNAME,
		LX_BUILDING,
	LX_BIRTH_AFTER, LX_BANK_BEFORE, LX_VICTIM, LX_HOSTILE, LX_PREFECTURE,
	LX_NAME_PART, LX_ADDRESS_PART,   /* a surname by itself, a building: the whole of a cell or quoted value */
	LX_PEOPLE, /* before surnames by themselves: 参加：岡、西 */
	LX_PART,   /* not in the lexicon: a column of surnames or given names, which are a cell by themselves */
};
#define LX_TYPES (LX(20) - 1)
#define LX_LABEL (LX_TYPES | LX(LX_NONE) | LX(LX_NAME_WEAK) | LX(LX_ADDRESS_WEAK) | LX(LX_NAME_PART))
/* In the head of a table also words that in a sentence stand within an address (番地). */
#define LX_HEAD (LX_LABEL | LX(LX_ADDRESS_PART))

/* A letter of the lexicon: n letters may follow it, from pii_lex[child] on; `mask` of the word that ends with it, or 0. */
struct pii_lex_node { uint16_t ch, child, n; uint64_t mask; };

/* The node of a first letter. */
struct pii_lex_start { uint16_t ch, node; };

extern const struct pii_lex_start pii_lex_starts[2048];
extern const uint16_t pii_fold[65536];
extern const uint16_t pii_class[65536];
extern const uint32_t pii_word_mask;
extern const uint32_t pii_word_print[];
extern const uint16_t pii_word_info[];
/* Common words of two kanji that are no surname, the first letter in the upper half; in order. */
extern const uint32_t pii_words_two[];
extern const size_t pii_words_two_n;
extern const uint8_t pii_gate[65536];
extern const uint8_t pii_name_pairs[65536];   /* sets of pairs of letters, see pii_pair(); this one of their bytes */
extern const uint8_t pii_given_pairs[8192];
extern const uint8_t pii_lex_pairs[8192];
extern const uint8_t pii_tail_pairs[8192];   /* the last two of labels,  */
extern const uint8_t pii_end_pairs[8192];    /* … of all of the lexicon */
/* The last three letters of a label in ASCII, each by its lowest five bits, have a bit in common; some that are none, too. */
extern const uint8_t pii_tail_classes[3][32];
extern const struct pii_lex_node pii_lex[];

/* Sets of pairs of letters: no member is missed, some that are none are taken for one. `width` bits of the hash. */
static inline int pii_pair(const uint8_t *set, unsigned width, uint32_t a, uint32_t b)
{
	uint32_t h = ((a * 2654435761u) ^ (b * 0x9E3779B1u)) >> (32 - width);

	return set[h >> 3] >> (h & 7) & 1;
}

#endif
