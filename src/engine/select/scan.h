/* The inside of the scanner: what its parts share. Only files of this folder include it. */
#ifndef ENGINE_SELECT_SCAN_H
#define ENGINE_SELECT_SCAN_H

#include "base/buf.h"
#include "engine/select/anchor.h"
#include "engine/select/chars.h"
#include "engine/select/fold.h"
#include "engine/select/indicator.h"

#define HOST_MOST 253u
#define RUN_MOST 512u     /* how far a name is followed to each side */
#define URL_MOST 4096u
#define HASHED_MOST 8u   /* labels of a name; of a longer one the last */
#define LINE_MOST 400u    /* how far the line around a value is looked at */

/* What was found out about an address: in logs the same few stand in line after line. */
struct address_seen { char text[16]; uint8_t len; const char *reason; };
#define ADDRESSES_SEEN 64u

/* What was found out about lines: values of one line, and a value and its host, ask for the same. No line end is in [start, upto), none in [from, end). */
struct lines_seen { size_t start, upto, from, end; };

struct scan {
	struct ctx *c;
	struct folded *f;
	slice t;                 /* folded text */
	enum ind_kind kind;
	struct ind_list *list;
	size_t done;             /* everything before is claimed or judged */
	uint8_t depth;
	size_t section_end;      /* end of the last line of which is known whether a heading of references is above it */
	size_t section_line;     /* where that line begins */
	bool section;
	size_t encoded;          /* base64 was tried up to here */
	size_t uncommon;         /* the dot or colon that was last found to be none of a common value */
	size_t local;            /* the part of a mail address before the sign, seen up to here */
	struct address_seen *addresses;   /* of ADDRESSES_SEEN, or NULL */
	struct lines_seen *lines;
	const struct scan_bits *bits;     /* of the text around the place that is looked at; NULL: everything goes the long way */
	const struct host *host; /* whose name is being claimed, or NULL */
	size_t base;             /* depth 1: place in the outer text, for all items */
	size_t base_end;
};

/* Appends an item for folded [start, end) with `value` (copied), decides its role, moves `done` behind it. */
MUST_USE rc scan_claim(struct scan *s, enum ind_type type, size_t start, size_t end, slice value, uint16_t port);
/* The same for a value that lives as long as the list. */
MUST_USE rc scan_claim_kept(struct scan *s, enum ind_type type, size_t start, size_t end, slice value, uint16_t port);
/* Room for another item; false when out of memory. */
bool scan_room(struct scan *s);
/* Where an item stood whose text was folded. */
void scan_origin(struct scan *s, struct indicator *it, size_t start, size_t end);
/* The same with the text itself as the value. */
MUST_USE rc scan_claim_text(struct scan *s, enum ind_type type, size_t start, size_t end);
static inline char scan_at(const struct scan *s, size_t at) { return at < s->t.len ? s->t.p[at] : '\n'; }
static inline char scan_before(const struct scan *s, size_t at) { return at > 0 ? s->t.p[at - 1] : '\n'; }
/* The line around `at`, cut to LINE_MOST on each side. */
size_t scan_line_start(const struct scan *s, size_t at);
size_t scan_line_end(const struct scan *s, size_t at);
slice scan_line(const struct scan *s, size_t at);
/* Letters, digits, "_" and "-" right before `at`, blanks and ":=\"'` (" in between skipped; at most 32 bytes. */
slice scan_word_before(const struct scan *s, size_t at);

/* Anchors. Each looks around `at` and moves s->done behind what it claimed or judged. */
MUST_USE rc scan_dot(struct scan *s, size_t at);
MUST_USE rc scan_colon(struct scan *s, size_t at);
MUST_USE rc scan_mail(struct scan *s, size_t at);
MUST_USE rc scan_backslash(struct scan *s, size_t at);
MUST_USE rc scan_slash(struct scan *s, size_t at);
/* A run of letters and digits that just ended: hashes, wallets, identifiers, telling words. */
MUST_USE rc scan_run(struct scan *s, size_t start, size_t end);
/* "ミューテックス" ends at `at`. */
/* "t1059" stands at `start`, in small letters: claimed where the words before it say what it is. */
MUST_USE rc scan_technique(struct scan *s, size_t start);
MUST_USE rc scan_mutex(struct scan *s, size_t at);
/* A name that is a file's: claimed when its ending tells. Nothing before `floor` belongs to it. */
MUST_USE rc file_claim(struct scan *s, size_t floor, size_t start, size_t end);
/* Does a run of 32 digits of base 16 end within the last 140 bytes of the line before `at`? */
bool hash_before(const struct scan *s, size_t at);
/* ind_scan(); without the short ways for what is common when `bits` is false. */
MUST_USE rc scan_text(struct ctx *c, slice text, enum ind_kind kind, bool bits, struct ind_list *list);
/* Scans decoded text that stood at folded [start, end). */
MUST_USE rc scan_inner(struct scan *s, slice inner, size_t start, size_t end);
MUST_USE rc scan_encoded(struct scan *s, size_t start, size_t end);
MUST_USE rc scan_percent(struct scan *s, size_t at);

/* host.c */
enum host_kind { HOST_NONE, HOST_IPV4, HOST_NAME, HOST_FILE };
struct host {
	enum host_kind kind;
	size_t start, end;          /* in the folded text */
	size_t resume;              /* where the next look may begin */
	size_t len;
	/* Hashes for the lists, by host_hash(): of the first label alone, of the name from each label on; n == 0: not asked for. */
	uint64_t first, hash[HASHED_MOST];
	uint8_t from[HASHED_MOST];  /* where the label begins in text */
	uint8_t n;
	char text[HOST_MOST + 19];   /* plain form: lower case, "xn--"; and room to read and write on */
};
/* Judges the name or address around the dot at `at`; nothing before `floor` is touched. */
void host_judge(const struct scan *s, size_t at, size_t floor, struct host *ret);
/* The same without the short ways for what is common. */
void host_judge_long(const struct scan *s, size_t at, size_t floor, struct host *ret);
/* Of a name: fills in what is needed to ask the lists. */
void host_hash(struct host *h);
/* Is the name, or one above it, in one of the lists? Which; n when it is in none. */
size_t host_in_lists(const struct host *h, const struct words *const *lists, size_t n);
/* A host that begins at `at` (in a URL, after "@"). */
void host_parse(const struct scan *s, size_t at, struct host *ret);
bool host_parse_ipv4(slice s, uint8_t ret[4]);
/* Is a plain name in this place rather something else: a file, a method call, a class, a malware family? */
bool host_is_no_name(const struct scan *s, struct host *h);
/* veto.c: of a plain name of so many labels. A member of an object in code? */
bool veto_member(const struct scan *s, const struct host *h, slice first, slice top, size_t labels);
/* Is what ends at `end` compared, or something is done with it? */
bool veto_operand(const struct scan *s, size_t end);
/* What a rule of Suricata calls a flow? */
bool veto_flow(const struct scan *s, size_t start);
/* Its last label being an ending of files, too: is the one before a number or another such ending? */
bool veto_archive(const struct scan *s, const struct host *h, slice name);
/* com.example.app? */
bool veto_package(const struct host *h, slice first, slice top, size_t labels);
/* Does the name stand in a list of hosts, one a line? There it is one, whatever its ending or beginning may be elsewhere. */
bool veto_lifted(const struct scan *s, const struct host *h);
/* Do two endings of files follow each other in it? */
bool veto_endings(const struct host *h, slice name);
/* A dotted quad: a version by the cell or the sentence before it? */
bool veto_version(const struct scan *s, size_t start, size_t end);
/* After a dotted quad: is it a version, an OID, a section? */
bool host_is_version(const struct scan *s, size_t start, size_t end);

/* url.c: the end of a URL whose path begins at `at`; `start` is where the URL begins. */
size_t url_end(const struct scan *s, size_t start, size_t at);
/* The word behind the slash of a port: "80/tcp". */
bool is_protocol(slice w);
/* "user:password@" before the host, at `at`: where the host begins. */
size_t url_after_user(const struct scan *s, size_t at);
/* What its path and query carry. */
MUST_USE rc scan_within_url(struct scan *s, size_t from, size_t end);

/* role.c */
enum ind_role role_of(struct scan *s, const struct indicator *it, size_t start, size_t end, const char **ret_reason);
/* Of a public address NULL, else what it is. */
const char *address_reason(const uint8_t a[4]);
/* Sets the role of a link with "http" by the text around it and by its host, when that may stand in a list (else empty). */
void role_of_link(struct scan *s, struct indicator *it, size_t start, size_t end, slice host);

/* wallet.c: does the text have one of n versions, and a right checksum? */
bool wallet_is_base58check(slice s, const char *versions, size_t n, uint8_t *ret_version);
/* ETH, 40 digits of base 16: EIP-55 when they are in both cases. */
bool wallet_is_eth(slice hex);
/* Onion v3: 56 letters of base 32 (rend-spec-v3, 6). */
bool onion_is_v3(slice label);
bool wallet_is_bech32(slice s, const char *prefix);

#endif
