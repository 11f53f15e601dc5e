/* Signed notes, checkpoints and verifier keys; nothing made up verifies. */
#include "core/record/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const slice vkey = S_INIT("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
	AUTO_ARENA a = arena_new((size_t)16 << 20);
	struct ctx c = { .a = a };
	slice text = { (const char *)data, len };
	struct note_key key;
	struct checkpoint cp;
	struct note note;
	uint64_t time;

	if (!a)
		return 0;
	(void)(note_key_parse(&c, text, &key) == OK);
	if (note_parse(&c, text, &note) != OK)
		return 0;
	(void)(checkpoint_parse(&c, note.body, &cp) == OK);
	if (note_key_parse(&c, vkey, &key) == OK)
		(void)(note_verify(&c, &note, &key, &time) == OK);
	return 0;
}
