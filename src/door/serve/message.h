/*
 * Who may say what to whom: the node's inner interface as one table. Bodies are fields of base/wire.h; the reader of each
 * checks them whole. A role that gets what the table does not allow ends, and the supervisor makes it new.
 */
#ifndef DOOR_SERVE_MESSAGE_H
#define DOOR_SERVE_MESSAGE_H

#include "base/wire.h"

enum process { ROLE_TLS, ROLE_WEB, ROLE_CORE, ROLE_SIGN, ROLE_KEEP, ROLE_PARSE, ROLE_OUT, ROLE_MAIN };

#define ROLES 7                /* that are processes of their own; ROLE_MAIN is the supervisor */

/* A channel joins two roles. */
enum channel { CHANNEL_CONN, CHANNEL_CALL, CHANNEL_KEEP, CHANNEL_SIGN, CHANNEL_PARSE, CHANNEL_OUT, CHANNEL_CONTROL };

#define CHANNELS 6             /* between roles; CHANNEL_CONTROL is each role's own to the supervisor */

struct channel_ends { enum process asks, answers; };
extern const struct channel_ends channel_table[CHANNELS];

#define MSG_ANSWER 0x0001u     /* done; the body is the result */
#define MSG_FAULT 0x0002u      /* not done; the body is the fault */
#define MSG_CONN 0x0101u       /* a connection: descriptor; secure, peer's address, pin of a node's key */
#define MSG_CALL 0x0301u       /* a call of the pages, door/http */
#define MSG_REPLY 0x0302u      /* its reply; empty: could not */
#define MSG_OPEN 0x0303u       /* core is there */
#define MSG_PARCEL 0x0304u     /* envelopes or a checkpoint of a partner: which, pin of its key, bytes; answered by MSG_REPLY */
#define MSG_REPLY_KEEP 0x0305u /* a reply, and the word under which what is made of it may be kept */
#define MSG_SAME 0x0306u       /* the reply would be the same as the one of this word */
#define MSG_CALL_ANEW 0x0307u  /* a call once more: nothing was kept under the word */
#define MSG_PARSE 0x0601u      /* kind, bytes of one file */
#define MSG_SEND 0x0701u       /* a job for the network */
#define MSG_PEER 0x0801u       /* a channel's end: descriptor; number = enum channel */
#define MSG_LISTEN 0x0802u     /* a listening socket: descriptor; number = enum listener */
#define MSG_STOP 0x0803u       /* finish and end */
#define MSG_READY 0x0804u      /* the role serves */
#define MSG_COUNTS 0x0805u     /* number = enum process; ROLE_COUNTS numbers */

/* A channel on which one asks and waits is free or has been asked; on the others many requests are under way. */
enum channel_state { STATE_FREE = 1, STATE_ASKED = 2, STATE_MANY = 4 };

#define CHANNEL_STATES 3

struct message_rule {
	uint32_t type;
	const char *name;
	enum channel channel;
	bool answers;            /* said by the one that answers, not by the one that asks */
	unsigned states;         /* in which it may be said */
	enum channel_state next;
	size_t most;             /* bytes of the body */
	bool has_fd;
};

extern const struct message_rule message_rules[];
extern const size_t message_rules_count;

/* Whether this message may be said now; *state becomes the next one. `from_asker`: said by the side that asks. */
bool message_legal(enum channel ch, bool from_asker, const struct wire_frame *f, enum channel_state *state);
/* For wire_pipe_next(). */
bool message_has_fd(uint32_t type);
const char *process_name(enum process r);
/* The largest body on a channel. */
size_t channel_most(enum channel ch);

#endif
