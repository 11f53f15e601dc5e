#include "engine/select/idn.h"

#include <unicode/uidna.h>

#include "base/banned.h"

size_t idn_to_ascii(slice name, char *out, size_t room)
{
	UErrorCode err = U_ZERO_ERROR;
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UIDNA *u;
	int32_t n;

	if (name.len > 1024)
		return 0;
	u = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &err);
	if (U_FAILURE(err))
		return 0;
	n = uidna_nameToASCII_UTF8(u, name.p, (int32_t)name.len, out, (int32_t)room, &info, &err);
	uidna_close(u);
	if (U_FAILURE(err) || info.errors || n <= 0 || (size_t)n > room)
		return 0;
	return (size_t)n;
}
