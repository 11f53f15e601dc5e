/* What the pages of acting together share: the exchange of a visit, names of partners, markings, forms out of kinds of threads. */
#ifndef DOOR_HTTP_TOGETHER_H
#define DOOR_HTTP_TOGETHER_H

#include "door/http/visit.h"
#include "work/partner/motion.h"
#include "work/thread/desk.h"
#include "work/thread/room.h"

/* Without keys: enough for everything but signing. */
struct exchange together(const struct visit *v);
/* The node's own keys, to sign memoranda with. E_CONFLICT "http.no_exchange_keys". */
MUST_USE rc together_keys(struct visit *v, const struct exchange_keys **ret);

slice word_name(const struct visit *v, const struct gate_word *w);
/* A class of recipient for people: 監督機関. */
slice class_title(const struct visit *v, slice cls);
/* A class of information for people; empty where it says nothing beyond the name of the field. */
slice class_said(const struct visit *v, const struct gate_class *cls, slice field);
slice kind_title(const struct visit *v, const struct thread_kind *k, slice id);
slice step_title(const struct visit *v, const struct thread_kind *k, slice id);
slice state_title(const struct visit *v, const struct thread_kind *k, slice id);
/* A word of a field ("containment") for people; the word itself when there is none. */
const char *thread_word_name(const struct visit *v, slice word);
slice field_title(const struct visit *v, const struct thread_kind *k, slice id);
/* The partner's name today; ours too; the node's own word when it is not known. */
slice node_title(struct visit *v, slice node);

/* Who prepared a draft: a person, or the node itself where a kind proposes another. */
slice author_name(struct visit *v, slice account);

/* "tlp", "tlp_label", "purpose_name", "onward_name", "expires", and "conditions": what the marking means, in sentences. */
void m_mark(struct visit *v, struct json_out *o, slice tlp, slice purpose, slice onward, msec expires);
void m_time(struct visit *v, struct json_out *o, const char *name, msec t);
/* A value of an item as one text. */
slice value_text(struct visit *v, const struct json *value);
/* The same for a field of a kind: one of its words is said in the language of the page. */
slice field_value(struct visit *v, const struct thread_kind *k, slice id, const struct json *value);
/* Members of the body as rows {name, value}. */
void m_fields(struct visit *v, struct json_out *o, const char *name, const struct thread_kind *k, const struct json *fields);
/* The case that a thread hangs on; false when it hangs on none. */
bool home_case(struct visit *v, slice home, struct case_head *ret);
/* May they see threads of this home, and with what they act? */
MUST_USE rc together_may(struct visit *v, const char *what, slice home);

/* ---- pieces of neighbouring pages ---- */

/* Puts something before a second person and goes to its page. */
MUST_USE rc motion_put(struct visit *v, struct page *p, slice home, const char *what, slice about, slice body);
/* Reasons for a recall and bases for keeping what was recalled. */
const char *recall_word_name(const struct visit *v, slice word);
slice motion_title(const struct visit *v, slice what);
MUST_USE rc memos_put(struct visit *v, struct json_out *o, const struct partner *p);
/* The kinds that a new memorandum can name, each once, with what its form offers: directions, markings, reservations. */
MUST_USE rc memo_kinds_put(struct visit *v, struct json_out *o, const struct partner *p);
/* The thread of the path; v->actor is set for `what`. */
MUST_USE rc visit_thread(struct visit *v, const char *what, struct thread *ret);
/* "due", "overdue", "soon", "embargo". */
void thread_due_put(struct visit *v, struct json_out *o, const struct thread *t);
/* May this person, of this kind of house, open a consultation on a guideline? */
bool guideline_may_open(struct visit *v);
MUST_USE rc thread_head_put(struct visit *v, struct json_out *o, const struct thread *t);
/* For the first page: "waiting" (threads whose turn is ours, by due date), "waiting_more", "approvals" and "troubles" as numbers. */
MUST_USE rc threads_put_waiting(struct visit *v, struct json_out *o, size_t most);
MUST_USE rc thread_row_put(struct visit *v, struct json_out *o, const struct thread *t);
/* As "events": the steps of the threads and what happened in the case, by time, each with who can see it. */
MUST_USE rc course_put(struct visit *v, struct json_out *o, const struct thread *t, size_t nt, const struct event *own, size_t nown);
void sent_put(struct visit *v, struct json_out *o, const struct sent *s);
/* The sentence of a message in the language of the page. */
const char *message_of(const struct visit *v, const char *key);
void memo_function_put(struct visit *v, struct json_out *o, const struct memo_function *f);
/* The function of a memorandum as it lies in a motion. */
MUST_USE rc memo_function_read(struct visit *v, const struct json *f, struct memo_function *ret);
/* "memo_conditions": what the memorandum of that day lays on an exchange, in sentences. */
MUST_USE rc memo_conditions_put(struct visit *v, struct json_out *o, slice node, slice kind, bool gives, msec at);

#endif
