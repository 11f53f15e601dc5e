/*
 * Keys of sealed payloads in a bundle, for one auditor: `keys.jsonl`, a line for each sealing unit in the auditor's scope.
 *
 *     {"alg":"hpke-0020-0001-0003","ct":…,"enc":…,"kc":…,"key":"k-…","to":"<name>"}   the key, wrapped for the auditor
 *     {"erased":<seq>,"key":"k-…"}                                                    destroyed by that entry
 *
 * HPKE (RFC 9180) base mode, info "renkei/keys/v1\n<node>\n<key id>\n<name>". Nobody but the holder of the auditor's private key opens
 * it, and `kc` in the signed entries says that no other key was put in its place.
 */
#ifndef CORE_RECORD_BUNDLE_KEYS_H
#define CORE_RECORD_BUNDLE_KEYS_H

#include "core/record/bundle.h"
#include "core/record/keep.h"

/* ---- handing out: what bundle_export() does ---- */

struct unit_key {
	struct unit_key *next;    /* of the same slot */
	slice key, case_id;
	int64_t erased;           /* by this entry; -1: it is there */
};

struct key_list {
	struct unit_key **slots;  /* by hash of the key id */
	struct unit_key **v;      /* in the order in which entries name them */
	size_t n, cap;
};

/* The keys that the entries of the bundle are sealed with, as far as they are in the scope; `to`: up to this entry, 0: all. */
MUST_USE rc bundle_list_keys(struct ctx *c, struct node *n, const struct bundle_ask *q, int64_t to, struct key_list *ret);
/* The acts that say who gets which of them: `export.keys`, one or more for each case. */
MUST_USE rc bundle_key_acts(struct ctx *c, const struct bundle_ask *q, const struct key_list *l, struct act **ret, size_t *ret_n);
/* One line of keys.jsonl. *ret_handed: it holds a key. */
MUST_USE rc bundle_put_key(struct ctx *c, struct node *n, const struct bundle_ask *q, const struct unit_key *k, slice *ret, bool *ret_handed);

/* ---- reading: what bundle_verify() does with the auditor's private key ---- */

struct key_reader;

/* `text`: keys.jsonl. The private key stays borrowed. E_INVALID "bundle.form". */
MUST_USE rc key_reader_new(struct ctx *c, slice text, slice node, const unsigned char sk[32], struct key_reader **ret);
/*
 * Opens a payload. *ret_given false: its key was not given. E_TAMPER "bundle.key" when the key is not for this auditor, or is not the
 * one that the entry names, or does not open it.
 */
MUST_USE rc key_reader_open(struct ctx *c, const struct key_reader *k, const struct entry *e, const struct seal *s, slice ct, bool *ret_given,
                            slice *ret_plain);

#endif
