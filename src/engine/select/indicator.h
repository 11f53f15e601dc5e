/*
 * Machine information (機械的情報) in text: what stands where, in its plain form, and whether it belongs to the attack.
 *
 * One linear pass. The text is folded first (defangings, full-width letters, escapes; fold.h keeps where each byte
 * came from), then rare bytes and long runs are the anchors, and each is judged once by a hand-written validator.
 * Nothing here decides about personal information; select/pii.h does, and the door holds both against each other.
 */
#ifndef ENGINE_SELECT_INDICATOR_H
#define ENGINE_SELECT_INDICATOR_H

#include <stdint.h>

#include "base/rc.h"

enum ind_type {
	IND_IPV4, IND_IPV6, IND_CIDR, IND_DOMAIN, IND_URL, IND_EMAIL,
	IND_MD5, IND_SHA1, IND_SHA224, IND_SHA256, IND_SHA384, IND_SHA512,
	IND_IMPHASH, IND_SSDEEP, IND_TLSH, IND_JA3, IND_JA3S, IND_JA4, IND_JARM,
	IND_CVE, IND_ATTACK, IND_BTC, IND_ETH, IND_XMR, IND_LTC, IND_TRX,
	IND_REGISTRY, IND_FILE_PATH, IND_FILE_NAME, IND_MUTEX, IND_USER_AGENT, IND_ASN, IND_MAC,
};
#define IND_TYPES 33

/* Belongs to the attack, or is true but a reference: a report's link, a private address, a public resolver. */
enum ind_role { IND_IOC, IND_REF };
#define IND_ROLES 2

enum ind_kind { IND_KIND_TEXT, IND_KIND_CSV, IND_KIND_JSON, IND_KIND_HTML, IND_KIND_XML, IND_KIND_MARKUP, IND_KIND_LOG };
#define IND_KINDS 7

struct indicator {
	enum ind_type type;
	enum ind_role role;
	slice value;          /* plain form, in c->a */
	size_t start, end;    /* bytes of the text as given */
	uint16_t port;        /* beside an address or a name; 0 = none */
	bool defanged;
	uint8_t depth;        /* 1: found inside an encoding (base64, percent) */
	const char *reason;   /* of the role: a stable word */
};

struct ind_list {
	struct indicator *items;   /* sorted by start */
	size_t n, cap;
};

/* Appends what is found to `list` (zeroed at first). E_LIMIT when the arena is full. Text: UTF-8; bad bytes are skipped. */
MUST_USE rc ind_scan(struct ctx *c, slice text, enum ind_kind kind, struct ind_list *list);

const char *ind_type_word(enum ind_type t);
/* The host of a URL in its plain form. */
slice url_host(slice url);
static inline const char *ind_role_word(enum ind_role r) { return r == IND_REF ? "ref" : "ioc"; }

#endif
