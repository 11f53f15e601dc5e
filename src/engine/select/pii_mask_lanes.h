/*
 * Where the gate has to look, from the masks of eight blocks: what is said here of a byte is computed for 512 of them at once, a bit
 * each, 64 in a lane. pii_mask.c includes this once for each set of instructions, with LANES() to name them apart and TARGET.
 */
typedef uint64_t LANES(lanes) __attribute__((vector_size(64)));
#define lanes LANES(lanes)

/* The bits n places on, or back, in the text; `edge` is what stands before the first lane, or behind the last one. */
TARGET INLINE lanes LANES(behind)(lanes v, unsigned n, uint64_t edge)
{
	lanes before = __builtin_shufflevector(v, (lanes){ edge }, 8, 0, 1, 2, 3, 4, 5, 6);

	return v << n | before >> (64 - n);
}

TARGET INLINE lanes LANES(ahead)(lanes v, unsigned n, uint64_t edge)
{
	lanes next = __builtin_shufflevector(v, (lanes){ edge }, 1, 2, 3, 4, 5, 6, 7, 8);

	return v >> n | next << (64 - n);
}

/* Each byte that is followed by n - 1 such; of what is not known, all bits of `edge` are set. */
TARGET INLINE lanes LANES(runs)(lanes v, unsigned n, uint64_t edge)
{
	unsigned have = 1;

#pragma GCC unroll 8
	for (; 2 * have <= n; edge &= edge >> have | ~(~(uint64_t)0 >> have), have *= 2)
		v &= LANES(ahead)(v, have, edge);
	return n > have ? v & LANES(ahead)(v, n - have, edge) : v;
}

/* What stands right before a byte, and what is asked of it more than once. */
struct LANES(around) {
	lanes digit, letter, high, signs;             /* signs: blanks, hyphens, round brackets */
	lanes digit_before, letter_before, high_before, quiet_before, key_before, near_high;
	uint64_t letter_edge, digit_edge;             /* of the block before */
	const struct planes *p;
};
#define around LANES(around)

#define OF(name) LANES(plane)(k->p, P_##name)
#define BEFORE(name) k->p->before[P_##name]
#define NEXT(name, n) LANES(ahead)(OF(name), n, k->p->behind[P_##name])

TARGET INLINE lanes LANES(plane)(const struct planes *p, unsigned k)
{
	lanes v;

	memcpy(&v, p->of[k], sizeof v);
	return v;
}

/* " ' : = (with no digit before the latter two), and up to two blanks behind a letter or them. */
TARGET INLINE lanes LANES(keys_before)(const struct around *k)
{
	lanes blank = OF(BLANK), sign = OF(QUOTE) | OF(TICK) | (OF(COLON) & ~k->digit_before), some;
	uint64_t edge = BEFORE(QUOTE) | BEFORE(TICK) | (BEFORE(COLON) & ~(BEFORE(DIGIT) << 1));

	some = blank & (k->letter_before | LANES(behind)(sign, 1, edge));
	some |= blank & LANES(behind)(some, 1, BEFORE(BLANK));
	return LANES(behind)(sign | some, 1, edge | BEFORE(BLANK));
}

/* 2025-01-19 that no key stands before: a bit at the beginning of each of the three groups. */
TARGET INLINE lanes LANES(dates)(const struct around *k, lanes starts)
{
	uint64_t edge = k->p->behind[P_DIGIT] & k->p->behind[P_DIGIT] >> 1;
	lanes pair = LANES(runs)(k->digit, 2, k->p->behind[P_DIGIT]), date = starts & ~(k->high_before | k->key_before);

	date &= (OF(TWO) & NEXT(ZERO, 1)) | (OF(ONE) & NEXT(NINE, 1));
	date &= pair & LANES(ahead)(pair, 2, edge) & NEXT(HYPHEN, 4) & LANES(ahead)(pair, 5, edge) & NEXT(HYPHEN, 7) &
		LANES(ahead)(pair, 8, edge) & ~NEXT(DIGIT, 10);
	return date | LANES(behind)(date, 5, 0) | LANES(behind)(date, 8, 0);
}

/* What joins digits to `more` digits, or to what may be one beyond ASCII: one sign, or two such as ") ". */
TARGET INLINE lanes LANES(joints)(const struct around *k, lanes more)
{
	lanes next = LANES(ahead)(more, 1, ~(uint64_t)0);
	lanes between = k->digit_before & k->signs & (next | (LANES(ahead)(k->signs, 1, ~(uint64_t)0) & LANES(ahead)(more, 2, ~(uint64_t)0)));

	return between | (LANES(behind)(between, 1, 0) & ~k->digit & next);
}

/* Two capitals that begin a word, and seven digits and more: TR1142097. */
TARGET INLINE lanes LANES(after_capitals)(const struct around *k)
{
	lanes capitals = LANES(behind)(OF(CAPITAL), 1, BEFORE(CAPITAL)) & LANES(behind)(OF(CAPITAL), 2, BEFORE(CAPITAL));

	return capitals & ~LANES(behind)(k->letter | k->digit, 3, k->letter_edge | k->digit_edge) & NEXT(DIGIT, 5) & NEXT(DIGIT, 6);
}

/*
 * Beside letters beyond ASCII: also short chains that reach one, or that a key or such a letter stands before, with a few signs
 * between.
 */
TARGET INLINE lanes LANES(wide_starts)(const struct around *k, lanes starts, lanes five)
{
	const uint64_t all = ~(uint64_t)0;
	lanes d = k->digit, d2 = LANES(runs)(d, 2, all), d4 = LANES(runs)(d, 4, all), joint = OF(HYPHEN) | OF(PARENS) | k->high, joined;
	lanes spaced = OF(BLANK) & LANES(ahead)(d, 1, all), chain = d | LANES(joints)(k, d | k->high);
	lanes reach = chain & LANES(ahead)(k->high, 1, all), more = chain, key = k->high_before;

#pragma GCC unroll 8
	for (unsigned n = 1; n <= 8; n *= 2) {
		reach |= more & LANES(ahead)(reach, n, all);
		more &= LANES(ahead)(more, n, all);
	}
	key |= LANES(behind)(key, 1, k->p->high_before << 1);
	key |= LANES(behind)(key, 2, k->p->high_before << 1 | k->p->high_before << 2);
	key |= LANES(behind)(k->high_before, 4, k->p->high_before << 1) | k->key_before;
	/* One to four digits and then a joint; a blank joins only two and more to the next digit. */
	joined = LANES(ahead)(joint, 1, all) | (d2 & LANES(ahead)(joint | spaced, 2, all)) |
		(LANES(runs)(d, 3, all) & LANES(ahead)(joint | spaced, 3, all)) | (d4 & LANES(ahead)(joint | spaced, 4, all));
	return starts & (k->high_before | (~k->letter_before & (LANES(runs)(chain, 10, all) | five | reach | (joined & key))));
}

/* Digits that may matter: see dull_digits() of pii_gate.c, which looks again. */
TARGET INLINE lanes LANES(digit_starts)(const struct around *k)
{
	uint64_t edge = BEFORE(SLASH) | BEFORE(PERCENT) | BEFORE(BACK) | BEFORE(DULL);
	lanes dull = LANES(behind)(OF(SLASH) | OF(PERCENT) | OF(BACK) | OF(DULL), 1, edge), starts = k->digit & ~(k->digit_before | dull);
	lanes five = LANES(runs)(k->digit, 5, k->p->behind[P_DIGIT]), chain = LANES(runs)(k->digit | LANES(joints)(k, k->digit), 10, ~(uint64_t)0), m;

	starts &= ~LANES(dates)(k, starts);
	m = starts & ((chain & ~k->letter_before) | (five & k->key_before));
	if (k->p->any_high)
		m = (m & ~k->near_high) | (LANES(wide_starts)(k, starts, five) & k->near_high);
	return m | (starts & five & LANES(after_capitals)(k));
}

/* : and = behind letters that may end a label, or behind a blank or quote and them; the latter two bytes of what is before are known. */
TARGET INLINE lanes LANES(colons)(const struct around *k)
{
	lanes tail, word, number = LANES(behind)(k->digit, 2, k->digit_edge);

	memcpy(&tail, k->p->tail, sizeof tail);
	word = LANES(behind)(k->letter, 2, k->letter_edge) & ~LANES(behind)(tail, 1, ~(uint64_t)0);
	return OF(COLON) & ~NEXT(DIGIT, 1) & ((k->letter_before & tail) | (k->quiet_before & ~(word | number)));
}

/* Twenty letters of base64 and more. */
TARGET INLINE lanes LANES(long_runs)(const struct around *k)
{
	const uint64_t *b = k->p->behind;
	lanes run = OF(ALPHA) | k->digit | OF(PLUS) | OF(SLASH);
	uint64_t edge = BEFORE(ALPHA) | k->digit_edge | BEFORE(PLUS) | BEFORE(SLASH);

	return LANES(runs)(run, 20, b[P_ALPHA] | b[P_DIGIT] | b[P_PLUS] | b[P_SLASH]) & ~LANES(behind)(run, 1, edge);
}

/* %E %4 =E \u \d /ho /us, and a few that are none: looked at again. */
TARGET INLINE lanes LANES(escapes)(const struct around *k)
{
	lanes e = NEXT(E, 1), uh = NEXT(UH, 1);

	return (OF(PERCENT) & (e | NEXT(FOUR_EIGHT, 1))) | (OF(EQUAL) & e) | (OF(BACK) & (uh | NEXT(SOD, 1))) | (OF(SLASH) & uh & NEXT(SOD, 2));
}

TARGET static unsigned LANES(mask)(const unsigned char *text, struct masks *ret)
{
	__attribute__((uninitialized)) struct planes p;
	lanes m, wide;
	struct around all = { .p = &p }, *k = &all;

	LANES(planes)(text, &p);
	memcpy(&k->high, p.high, sizeof k->high);
	memcpy(&wide, p.wide, sizeof wide);
	k->digit = OF(DIGIT);
	k->letter = OF(ALPHA) | OF(UNDER);
	k->digit_edge = BEFORE(DIGIT);
	k->letter_edge = BEFORE(ALPHA) | BEFORE(UNDER);
	k->signs = OF(BLANK) | OF(HYPHEN) | OF(PARENS);
	k->digit_before = LANES(behind)(k->digit, 1, k->digit_edge);
	k->letter_before = LANES(behind)(k->letter, 1, k->letter_edge);
	k->high_before = LANES(behind)(k->high, 1, p.high_before);
	k->quiet_before = LANES(behind)(OF(BLANK) | OF(QUOTE), 1, BEFORE(BLANK) | BEFORE(QUOTE));
	k->key_before = LANES(keys_before)(k);
	k->near_high = (lanes)((k->high | LANES(behind)(k->high, 32, p.high_before)) != 0);
	m = OF(AT) | (OF(PLUS) & NEXT(FOUR_EIGHT, 1)) | LANES(escapes)(k) | LANES(long_runs)(k) | LANES(digit_starts)(k) | LANES(colons)(k) | wide;
	m |= OF(END) & (LANES(ahead)(OF(HEAD) | k->high | OF(END), 1, ~(uint64_t)0) | NEXT(END, 2));
	m |= OF(OPEN) & (NEXT(TA, 1) | NEXT(AT, 1) | NEXT(ZERO, 1) | k->high_before | (k->near_high & k->quiet_before));
	m |= (OF(COLON) | OF(BLANK) | OF(QUOTE) | OF(TICK) | OF(BAR)) & k->high_before;
	memcpy(ret->stops, &m, sizeof m);
	memcpy(ret->ends, p.of[P_END], sizeof ret->ends);
	m = OF(COMMA) | OF(BAR);
	memcpy(ret->fields, &m, sizeof m);
	return p.any_high;
}

#undef OF
#undef BEFORE
#undef NEXT
#undef around
#undef lanes
