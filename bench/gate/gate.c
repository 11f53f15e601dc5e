/* Decisions a second on one core: an item of twelve fields, two reservations, every class of recipient in turn. */
#include <stdio.h>
#include <time.h>

#include "core/gate/gate.h"

static double seconds(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int main(void)
{
	static const char *const classes[] = { "reporter.name", "officer.name", "count.persons", "case.cause", "case.day", "case.course",
		"attack.method", "attack.indicator", "system.config", "measure.done", "person.name", "text" };
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx c = { .a = a };
	struct gate_outcome o[GATE_FIELDS_MOST];
	struct gate_wish wishes[2] = { { .to = S("NCO"), .cls = -1, .kind = WISH_OPTOUT }, { .field = S("f"), .cls = -1, .kind = WISH_ASK } };
	struct gate_field fields[12];
	struct gate_item item = { .fields = fields, .nfields = 12, .tlp = TLP_AMBER, .reservations = wishes, .nreservations = 2 };
	const struct gate *g;
	uint64_t kept = 0;
	const int n = 2000000;
	double t;

	if (!a || gate_load(&c, SOURCE_ROOT, &g) != OK)
		return 1;
	for (size_t i = 0; i < 12; i++)
		fields[i] = (struct gate_field){ .path = S("x"), .cls = (uint32_t)gate_class_find(g, slice_of(classes[i])) };
	t = seconds();
	for (int i = 0; i < n; i++) {
		const struct gate_recipient to = { .code = S("a.example"), .agency = S("NCO"), .cls = (uint32_t)i % gate_recipient_count(g), .memo = true };

		gate_decide(g, &item, &to, (uint32_t)i % gate_purpose_count(g), i, o);
		kept += o[i % 12].effect == GATE_KEEP;
	}
	t = seconds() - t;
	printf("%.0f decisions/s of 12 fields (%llu kept)\n", n / t, (unsigned long long)kept);
	return 0;
}
