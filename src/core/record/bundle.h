/*
 * A part of the record that can be checked by somebody who has nothing but the public key: `renkei record export` writes it,
 * `renkei verify` checks it, without a node, a network or a database.
 *
 *     bundle.json    what it is: renkei.bundle/1, from, upto, range or chosen entries, with sealed payloads or without
 *     policy         C2SP tlog-policy: the keys that signed. Compare them with what you were given another way.
 *     checkpoint     C2SP signed note with cosignatures
 *     entries.jsonl  an entry a line, the bytes that were hashed
 *     leaves         the leaf hash of each, 32 bytes one after the other: names the entry that was changed
 *     frontier       of a range: the roots of full subtrees left of it, one a line in base64, the largest first
 *     proofs/<seq>.tlog-proof   of chosen entries: C2SP tlog-proof each
 *     blobs/<hash>   sealed payloads; what is not there must have been shredded by an entry of the bundle
 *     keys.jsonl     keys of sealed payloads for one auditor, wrapped (bundle_keys.h); only when they were asked for
 *     MANIFEST       SHA-256, two blanks and name of every file above, as sha256sum writes it
 */
#ifndef CORE_RECORD_BUNDLE_H
#define CORE_RECORD_BUNDLE_H

#include "core/record/record.h"

/* Somebody who is given keys of sealed payloads. The public key is "<name>+x25519+<base64url>". */
struct auditor { slice name; unsigned char pk[32]; };

/* Borrows the name. E_INVALID "auditor.key". */
MUST_USE rc auditor_parse(struct ctx *c, slice text, struct auditor *ret);
/* A new private key in the new file `path` (mode 0600); *ret_public in c->a. E_INVALID "auditor.name"; E_CONFLICT when there is one. */
MUST_USE rc auditor_make(struct ctx *c, const char *path, slice name, slice *ret_public);

struct bundle_ask {
	int64_t from;          /* a range: from this entry up to the last one */
	slice case_id;         /* not empty: the entries of this case instead, each with its proof */
	bool bare;             /* without sealed payloads */
	bool cosigned;         /* up to the last checkpoint that a witness cosigned, not up to now */
	struct actor actor;    /* the export is an act */
	/* Who gets keys of sealed payloads; NULL: nobody. The acts `export.keys` say which. */
	const struct auditor *auditor;
	const slice *units;    /* the scope: cases, or "<case>.<person>"; never accounts */
	size_t nunits;
};

struct bundle_made { int64_t from, upto, entries, blobs, keys; };

/*
 * Appends the act `export`, signs, writes the folder `dir`, which must not be there; on failure nothing of it is left.
 * E_CONFLICT "bundle.exists"; E_INVALID "auditor.scope"; E_DENIED "act.role" when the actor may hand out no keys.
 */
MUST_USE rc bundle_export(struct ctx *c, struct node *n, const char *dir, const struct bundle_ask *q, struct bundle_made *ret);

struct bundle_verdict {
	bool good;
	const char *key;         /* message: what does not hold */
	int64_t first_bad;       /* the entry; -1 when it is no single one */
	slice file;              /* the file, when it is one; in c->a */
	int64_t entries, from, upto;
	bool chosen, sealed;     /* single entries; with sealed payloads */
	unsigned char root[32];  /* that the checkpoint signs */
	int64_t blobs, shredded;
	int64_t opened;          /* payloads that the auditor's key opened */
	size_t witnesses;        /* cosignatures that hold */
	slice log_key;           /* which key was believed; in c->a */
	bool own_policy;         /* … because the bundle says so */
};

/* The auditor's half: opens what keys were given for. */
struct bundle_open {
	const unsigned char *sk;   /* 32 bytes; NULL: nothing is opened */
	const char *contents;      /* a new folder for what was opened, "<seq>-<number>"; NULL: it is looked at and forgotten */
};

/* `policy`: whom to believe (tlog-policy); empty: the policy in the bundle. `open` may be NULL. Findings are in the verdict. */
MUST_USE rc bundle_verify(struct ctx *c, const char *dir, slice policy, const struct bundle_open *open, struct bundle_verdict *ret);

#endif
