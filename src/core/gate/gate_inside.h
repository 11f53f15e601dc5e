/* What the files of this folder share. */
#ifndef CORE_GATE_INSIDE_H
#define CORE_GATE_INSIDE_H

#include "base/bits.h"
#include "base/pack.h"
#include "core/gate/gate.h"

/* What a guard can ask for. Each is a set of bits; a guard holds when all the sets it names meet. */
enum attr {
	ATTR_TO, ATTR_PURPOSE, ATTR_TIME, ATTR_NAMED, ATTR_EXERCISE, ATTR_WITHIN, ATTR_ORIGIN, ATTR_ONWARD, ATTR_FOREIGN,
	ATTR_SECRECY,
	ATTR_CLASS, ATTR_PERSONAL, ATTR_IDENTIFIES, ATTR_TEXT, ATTR_PART, ATTR_TLP, ATTR_BASIS, ATTR_RESERVATION,
};

#define ATTRS 18
#define ATTR_OF_FIELD ATTR_CLASS   /* from here on they differ from field to field */

struct grant {
	struct gate_word word;
	uint64_t to, purposes, classes;
	enum gate_basis basis;
	slice cite;
};

struct guard {
	struct gate_word word;
	uint64_t mask[ATTRS];      /* 0: not asked */
	enum gate_effect effect;
};

#define GRANTS_MOST 64u
#define GUARDS_MOST 128u

struct gate {
	struct gate_class classes[GATE_WORDS_MOST];
	struct gate_word recipients[GATE_WORDS_MOST], purposes[GATE_WORDS_MOST], secrecies[GATE_WORDS_MOST], conditions[GATE_WORDS_MOST];
	uint32_t nclasses, nrecipients, npurposes, nsecrecies, nconditions;
	struct grant grants[GRANTS_MOST];
	struct guard guards[GUARDS_MOST];
	uint32_t ngrants, nguards;
	uint16_t none, personal;   /* guards basis.none and basis.personal */
	struct gate_word memo_missing, by_officer;
};

/* Wishes that apply now; WISH_OPTOUT is WEAK for critical infrastructure, else as DENY. */
enum wish_bit { WISHED_DENY, WISHED_WEAK, WISHED_ASK, WISHED_DELAY, WISHED_ANONYMOUS, WISHED_MEMO };

#endif
