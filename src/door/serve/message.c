#include "door/serve/message.h"

#include "core/record/record.h"
#include "door/exchange/exchange.h"

#include "base/banned.h"

#define CALL_MOST ((size_t)48 << 20)
#define PAYLOAD_ROOM (PAYLOAD_MOST + ((size_t)1 << 17))
#define SMALL ((size_t)4096)

const struct channel_ends channel_table[CHANNELS] = {
	[CHANNEL_CONN] = { ROLE_TLS, ROLE_WEB },
	[CHANNEL_CALL] = { ROLE_WEB, ROLE_CORE },
	[CHANNEL_KEEP] = { ROLE_CORE, ROLE_KEEP },
	[CHANNEL_SIGN] = { ROLE_CORE, ROLE_SIGN },
	[CHANNEL_PARSE] = { ROLE_CORE, ROLE_PARSE },
	[CHANNEL_OUT] = { ROLE_CORE, ROLE_OUT },
};

const struct message_rule message_rules[] = {
	{ MSG_CONN, "conn", CHANNEL_CONN, false, STATE_MANY, STATE_MANY, 512, true },

	{ MSG_OPEN, "open", CHANNEL_CALL, true, STATE_MANY, STATE_MANY, 0, false },
	{ MSG_CALL, "call", CHANNEL_CALL, false, STATE_MANY, STATE_MANY, CALL_MOST, false },
	{ MSG_CALL_ANEW, "call.anew", CHANNEL_CALL, false, STATE_MANY, STATE_MANY, CALL_MOST, false },
	{ MSG_REPLY_KEEP, "reply.keep", CHANNEL_CALL, true, STATE_MANY, STATE_MANY, CALL_MOST, false },
	{ MSG_SAME, "same", CHANNEL_CALL, true, STATE_MANY, STATE_MANY, 8, false },
	{ MSG_PARCEL, "parcel", CHANNEL_CALL, false, STATE_MANY, STATE_MANY, LINE_BODY_MOST + SMALL, false },
	{ MSG_REPLY, "reply", CHANNEL_CALL, true, STATE_MANY, STATE_MANY, CALL_MOST, false },

	{ FAR_KEEP_EPOCH, "keep.epoch", CHANNEL_KEEP, false, STATE_FREE, STATE_ASKED, 0, false },
	{ FAR_KEEP_SEAL, "keep.seal", CHANNEL_KEEP, false, STATE_FREE, STATE_ASKED, PAYLOAD_ROOM, false },
	{ FAR_KEEP_UNSEAL, "keep.unseal", CHANNEL_KEEP, false, STATE_FREE, STATE_ASKED, PAYLOAD_ROOM, false },
	{ FAR_KEEP_DESTROY, "keep.destroy", CHANNEL_KEEP, false, STATE_FREE, STATE_ASKED, PAYLOAD_ROOM, false },
	{ FAR_KEEP_HAND, "keep.hand", CHANNEL_KEEP, false, STATE_FREE, STATE_ASKED, SMALL, false },
	{ MSG_ANSWER, "answer", CHANNEL_KEEP, true, STATE_ASKED, STATE_FREE, PAYLOAD_ROOM, false },
	{ MSG_FAULT, "fault", CHANNEL_KEEP, true, STATE_ASKED, STATE_FREE, SMALL, false },

	{ FAR_SIGN_ABOUT, "sign.about", CHANNEL_SIGN, false, STATE_FREE, STATE_ASKED, 0, false },
	{ FAR_SIGN_LAST, "sign.last", CHANNEL_SIGN, false, STATE_FREE, STATE_ASKED, 0, false },
	{ FAR_SIGN_CHECKPOINT, "sign.checkpoint", CHANNEL_SIGN, false, STATE_FREE, STATE_ASKED, SMALL, false },
	{ MSG_ANSWER, "answer", CHANNEL_SIGN, true, STATE_ASKED, STATE_FREE, NOTE_MOST + SMALL, false },
	{ MSG_FAULT, "fault", CHANNEL_SIGN, true, STATE_ASKED, STATE_FREE, SMALL, false },

	{ MSG_PARSE, "parse", CHANNEL_PARSE, false, STATE_FREE, STATE_ASKED, CALL_MOST, false },
	{ MSG_ANSWER, "answer", CHANNEL_PARSE, true, STATE_ASKED, STATE_FREE, CALL_MOST, false },
	{ MSG_FAULT, "fault", CHANNEL_PARSE, true, STATE_ASKED, STATE_FREE, SMALL, false },

	{ MSG_SEND, "send", CHANNEL_OUT, false, STATE_MANY, STATE_MANY, CALL_MOST, false },
	{ MSG_ANSWER, "answer", CHANNEL_OUT, true, STATE_MANY, STATE_MANY, CALL_MOST, false },
	{ MSG_FAULT, "fault", CHANNEL_OUT, true, STATE_MANY, STATE_MANY, SMALL, false },

	/* the supervisor asks, the role answers */
	{ MSG_PEER, "peer", CHANNEL_CONTROL, false, STATE_MANY, STATE_MANY, 0, true },
	{ MSG_LISTEN, "listen", CHANNEL_CONTROL, false, STATE_MANY, STATE_MANY, 0, true },
	{ MSG_STOP, "stop", CHANNEL_CONTROL, false, STATE_MANY, STATE_MANY, 0, false },
	{ MSG_COUNTS, "counts", CHANNEL_CONTROL, false, STATE_MANY, STATE_MANY, SMALL, false },
	{ MSG_READY, "ready", CHANNEL_CONTROL, true, STATE_MANY, STATE_MANY, 0, false },
	{ MSG_COUNTS, "counts", CHANNEL_CONTROL, true, STATE_MANY, STATE_MANY, SMALL, false },
	{ MSG_FAULT, "fault", CHANNEL_CONTROL, true, STATE_MANY, STATE_MANY, SMALL, false },
};

const size_t message_rules_count = sizeof message_rules / sizeof *message_rules;

bool message_legal(enum channel ch, bool from_asker, const struct wire_frame *f, enum channel_state *state)
{
	for (size_t i = 0; i < message_rules_count; i++) {
		const struct message_rule *m = &message_rules[i];

		if (m->type != f->type || m->channel != ch || m->answers == from_asker)
			continue;
		if (!(m->states & *state) || f->body.len > m->most || m->has_fd != (f->fd >= 0))
			return false;
		*state = m->next;
		return true;
	}
	return false;
}

bool message_has_fd(uint32_t type) { return type == MSG_CONN || type == MSG_PEER || type == MSG_LISTEN; }

const char *process_name(enum process r)
{
	static const char *const names[ROLES + 1] = { "tls", "web", "core", "sign", "keep", "parse", "out", "main" };

	return names[r];
}

size_t channel_most(enum channel ch)
{
	size_t most = 0;

	for (size_t i = 0; i < message_rules_count; i++)
		if (message_rules[i].channel == ch && message_rules[i].most > most)
			most = message_rules[i].most;
	return most;
}
