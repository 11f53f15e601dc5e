/* One request in `core`: who asks, what was given, and the page that comes of it. Handlers see this and nothing else. */
#ifndef DOOR_HTTP_VISIT_H
#define DOOR_HTTP_VISIT_H

#include "door/http/form.h"
#include "door/http/packs.h"
#include "door/http/route.h"
#include "door/http/who.h"
#include "work/duty/duty.h"
#include "work/report/filing.h"

struct visit {
	struct ctx *c;
	struct node *n;
	struct store *st;
	const struct packs *h;
	const struct route *route;
	const struct form *in;       /* declared fields, and {parts} of the path under their names */
	struct visitor who;
	struct actor actor;          /* for acts; set when the route's word is allowed */
	slice token, device, peer, if_match, once, host, state;
	bool ja, api, secure;
	jday today;
	struct field_error *errors;
	size_t nerrors, room_errors;
	slice keep;                  /* page of the draft, for forms that are kept; empty for others */
	msec draft_at;               /* when a draft of it was kept; 0: there is none */
	bool restored;               /* its fields stand in `in` */
	slice alert;                 /* what went wrong, in words; empty: nothing */
	int status;                  /* of the answer when a form comes back with errors */
};

enum page_kind { PAGE_VIEW, PAGE_GO, PAGE_BYTES, PAGE_PROBLEM };

#define PAGE_KINDS 4

struct page {
	enum page_kind kind;
	int status;
	const char *view;            /* template */
	struct buf model;            /* JSON object that the handler fills through `o` */
	struct json_out o;
	slice location, etag, body, type, file;
	slice cookie, device;        /* new values; see sets */
	bool set_cookie, set_device;
};

/* ---- what handlers use ---- */

/* The page that is shown; the handler then writes members of its model. */
struct json_out *page_view(struct page *p, const char *view);
/* Elsewhere, by GET (303). `fmt` gives a path of ours. */
rc page_go(struct visit *v, struct page *p, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
rc page_bytes(struct page *p, const char *type, slice file, slice body);
/* The version of what is shown: If-Match of a later write names it. */
void page_version(struct visit *v, struct page *p, int64_t seq);
/* E_CONFLICT "http.changed" when the request names another version. */
MUST_USE rc visit_match(struct visit *v, int64_t seq);

/* Notes an error of a field; E_INVALID for the handler to return. */
rc visit_wrong(struct visit *v, slice field, const char *ja, const char *en);
rc visit_wrong_key(struct visit *v, slice field, const char *key);
/* The message of a key as a whole sentence: those of the command line end without a stop. */
slice message_whole(struct visit *v, const char *key, bool ja);

static inline const char *say(const struct visit *v, const char *ja, const char *en) { return v->ja ? ja : en; }
slice visit_text(const struct visit *v, const char *name);
/* A file that came with the form; in a program's call it is base64. Empty when there is none. */
MUST_USE rc visit_file(struct visit *v, const char *name, slice *ret);
/* Only what stands behind the last slash: some browsers send the whole path of a file. */
slice last_part(slice name);
bool visit_can(struct visit *v, const char *what, slice case_id);
/* May they, for this case? Sets v->actor. */
MUST_USE rc visit_may(struct visit *v, const char *what, slice case_id);
struct look visit_look(const struct visit *v);
/* The case of the path, and whether this person may see it. */
MUST_USE rc visit_case(struct visit *v, struct case_head *ret);

/* ---- pieces of models; model.c ---- */

void m_text(struct json_out *o, const char *name, slice s);
void m_say(struct visit *v, struct json_out *o, const char *name, const char *ja, const char *en);
/* One of several to choose from, as an object of "value", "label" and "on". */
void m_option(struct json_out *o, slice value, slice label, bool on);
/* name: "令和8年11月21日 9:00", name_iso: RFC 3339. */
void m_when(struct visit *v, struct json_out *o, const char *name, struct when w);
/* Bytes as people read them: 1.5 MB. */
void m_size(struct visit *v, struct json_out *o, const char *name, int64_t size);
void m_day(struct visit *v, struct json_out *o, const char *name, jday d);
/* A duty as an object. */
rc m_duty(struct visit *v, struct json_out *o, const struct duty *d, const struct case_head *h);
rc m_case(struct visit *v, struct json_out *o, const struct case_head *h);
const char *kind_name(const struct visit *v, slice kind);
/* The place of a case in its work: tabs. */
rc m_tabs(struct visit *v, struct json_out *o, const struct case_head *h, const char *here);
/* Fields of a form that came back: what was given. */
slice given_or(const struct visit *v, const char *name, slice other);

/* FILLED: something else that is known stands there already, so that nobody has to answer. */
enum need { NEED_NOT, NEED, NEED_FILLED };

/*
 * People of the node to choose from, by name, as options of a list `name`: `active` leaves out accounts that were closed, `but` one
 * person; `look` notes who read the names, NULL where the page itself is noted.
 */
struct people_choice { bool active; slice but, chosen; const struct look *look; };
MUST_USE rc m_people(struct visit *v, struct json_out *o, const char *name, const struct people_choice *which);
/* A question to a person out of a term: label, kind, options, what was stated. */
rc m_control(struct visit *v, struct json_out *o, const struct term *t, const struct fact *f, const char *prefix, enum need need);
/* The statement out of "fact.<path>" fields. *ret_given false when nothing was said. */
rc control_read(struct visit *v, const struct term *t, struct said *ret, bool *ret_given);
/* A date in three fields: object `name` with y, m, d, t and the era year spelt out. */
void m_date(struct visit *v, struct json_out *o, const char *name, const char *field, bool given, struct when w);

#endif
