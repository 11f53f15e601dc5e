/*
 * Personal information (個人情報) in Japanese text: where it stands and what it is, so that it can be held back.
 * Nothing here keeps, copies or logs a value: a finding is a type, two byte offsets and the rule that found it.
 *
 * Linear in the length of the text. A long stream is given in blocks that end at a line end, with one
 * `struct pii_state` for the whole document: it carries the column heads and what is known of both sides.
 */
#ifndef ENGINE_SELECT_PII_H
#define ENGINE_SELECT_PII_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/rc.h"

enum pii_type {
	PII_MY_NUMBER,            /* 個人番号                                             */
	PII_CARD,                 /* クレジットカード番号                                  */
	PII_BANK_ACCOUNT,         /* 口座番号, ゆうちょ記号・番号                          */
	PII_DRIVERS_LICENSE,      /* 運転免許証の番号                                      */
	PII_PASSPORT,             /* 旅券番号                                              */
	PII_RESIDENCE_CARD,       /* 在留カード・特別永住者証明書の番号                    */
	PII_HEALTH_INSURER,       /* 保険者番号                                            */
	PII_HEALTH_INSURED,       /* 被保険者証の記号・番号                                */
	PII_PENSION,              /* 基礎年金番号                                          */
	PII_EMPLOYMENT_INSURANCE, /* 雇用保険被保険者番号                                  */
	PII_JUMINHYO,             /* 住民票コード                                          */
	PII_CARE_INSURANCE,       /* 介護保険被保険者番号                                  */
	PII_PHONE,
	PII_POSTAL,               /* 郵便番号                                              */
	PII_ADDRESS,              /* 住所                                                  */
	PII_NAME,                 /* 氏名, also in Latin letters                           */
	PII_NAME_KANA,            /* フリガナ                                              */
	PII_EMAIL,                /* of a person on our side; see struct pii_mail          */
	PII_BIRTH_DATE,           /* 生年月日                                              */
	PII_OTHER_ID,             /* 社員番号, 学籍番号, 受験番号, 患者番号, 車両番号 …    */
};
#define PII_TYPES 20

/* Corporate numbers (法人番号, 登録番号 T…) are public and never a finding. */

enum pii_doubt {
	PII_CERTAIN,    /* check digit and label, label and form, or a form nothing else has */
	PII_LIKELY,     /* one of: check digit, column, neighbour in the record, dictionary   */
	PII_DOUBTFUL,   /* a weak sign only: held back, but an officer may decide             */
};

/* What the text is, when the caller knows; PII_KIND_UNKNOWN looks at the text itself. */
enum pii_kind {
	PII_KIND_UNKNOWN, PII_KIND_PROSE, PII_KIND_MAIL, PII_KIND_CSV, PII_KIND_LOG, PII_KIND_JSON,
		PII_KIND_HTML,
	PII_KIND_SQL, PII_KIND_FORM,
};
#define PII_KINDS 9

/* Byte offsets into the text given. `rule` is a stable word for the audit ("label", "luhn", "honorific", …). */
struct pii_span {
	size_t start, end;
	enum pii_type type;
	enum pii_doubt doubt;
	bool check_failed;   /* under a telling label, but the check digit is wrong: held back all the same */
	const char *rule;
};

/* Whose mail address it is. Every address of the text gets one of these; only PII_SIDE_PERSON ones are spans too. */
enum pii_side {
	PII_SIDE_PERSON,     /* a victim, an employee, a correspondent: withhold */
	PII_SIDE_ATTACKER,   /* an indicator: keep                               */
	PII_SIDE_DESK,       /* a function (info@, postmaster@) of nobody's harm: neither */
};
#define PII_SIDES 3

struct pii_mail {
	size_t start, end;
	enum pii_side side;
	const char *rule;
};

/* A value that was found before; borrowed. */
struct pii_known { slice value; enum pii_type type; };

/* What the caller knows. All may be empty. Domains in lower case, without the leading dot; sub-domains are included. */
struct pii_hints {
	enum pii_kind kind;
	const slice *own_domains;        /* of the organisation and its customers: persons */
	size_t n_own_domains;
	const slice *hostile_domains;    /* known from elsewhere as the attacker's         */
	size_t n_hostile_domains;
	/* every line goes to the finders, past the gate: some twenty times slower */
	bool thorough;
	/* what may be a name beside what is a person's counts as one (pii_strict.c). Only texts that hold something certain are
	   read so, a second time, and no streams. */
	bool strict;
	/* a log, export or letter of our own: free mail in it is a person's */
	bool ours;
	/* found in other parts of the same document: a name in a mail's head is one in its text */
	const struct pii_known *known;
	size_t n_known;
};

struct pii_state;

/* The rule of an address of the net that is of somebody's home. */
#define RULE_HOME "home address"

struct pii_result {
	struct pii_span *spans;   /* sorted by start, not overlapping; in c->a */
	size_t n_spans;
	struct pii_mail *mails;   /* sorted by start; in c->a */
	size_t n_mails;
	uint64_t tally[PII_TYPES];
};

/* For a document that comes in blocks; lies in c->a and lives as long. */
MUST_USE rc pii_state_new(struct ctx *c, struct pii_state **ret_state);
/* All of it that decides how the next block is read, but for what was learnt, as bytes: equal ones, equal findings. */
void pii_state_put(const struct pii_state *s, struct buf *b);
/* How often a value was added to those that are held back wherever they stand again. */
uint64_t pii_state_learnt(const struct pii_state *s);
/* Back to what was put, but for what was learnt since; for the same state, later in its document. */
void pii_state_get(struct pii_state *s, slice bytes);

/*
 * Finds personal information in `text` (valid UTF-8, at most 2 GB; a bad byte is skipped, not refused).
 *
 * hints  NULL for none.
 * state  NULL for a document in one piece; else carried from block to block, and each block ends at a line end.
 */
MUST_USE rc pii_scan(struct ctx *c, slice text, const struct pii_hints *hints, struct pii_state *state,
	struct pii_result *ret);

/*
 * The same for a block of a stream that stood in it before: ret->spans are what was found then, and only what was learnt since
 * is looked for. Mail addresses are not told again.
 */
MUST_USE rc pii_scan_again(struct ctx *c, slice text, struct pii_state *state, struct pii_result *ret);

/* Has the name of a document (yamada_taro_resume.docx) a surname and a given name in Latin letters side by side? */
bool pii_file_names_person(slice name);

/* "my_number", "card", … as in the labelled data. */
const char *pii_type_word(enum pii_type t);
bool pii_type_from_word(slice word, enum pii_type *ret);
const char *pii_side_word(enum pii_side s);

#endif
