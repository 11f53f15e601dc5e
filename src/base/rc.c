#include "base/rc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/banned.h"

void fault_set(struct ctx *c, rc code, const char *key, const char *file, int line)
{
	memset(&c->fault, 0, sizeof c->fault);
	c->fault.code = code;
	c->fault.key = key;
	c->fault.file = file;
	c->fault.line = line;
}

rc fault_set_errno(struct ctx *c, const char *key, const char *file, int line)
{
	int err = errno;
	rc code = err == ENOSPC || err == EFBIG || err == EDQUOT ? E_LIMIT : err == ENOENT ? E_NOTFOUND : E_IO;

	fault_set(c, code, key, file, line);
	c->fault.sys = err;
	return code;
}

void fault_at(struct ctx *c, uint64_t offset)
{
	c->fault.has_at = true;
	c->fault.at = offset;
}

void fault_place(struct ctx *c, uint32_t row, uint32_t col)
{
	c->fault.row = row;
	c->fault.col = col;
}

void fault_name(struct ctx *c, slice name)
{
	size_t n = name.len < sizeof c->fault.name - 1 ? name.len : sizeof c->fault.name - 1;

	for (size_t i = 0; i < n; i++) {
		char ch = name.p[i];
		bool word = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');

		if (!word && (ch == '\0' || !strchr("._-:/+", ch)))
			return;
	}
	if (n > 0)
		memcpy(c->fault.name, name.p, n);
	c->fault.name[n] = '\0';
}

void fault_where(struct ctx *c, const char *file)
{
	(void)snprintf(c->fault.where, sizeof c->fault.where, "%s", file);
}

void fault_errno(struct ctx *c, int err)
{
	c->fault.sys = err;
}

void fault_clear(struct ctx *c)
{
	memset(&c->fault, 0, sizeof c->fault);
}

const char *rc_word(rc code)
{
	static const char *const words[RC_CODES] = {
		[OK] = "ok", [E_INVALID] = "invalid", [E_NOTFOUND] = "notfound", [E_DENIED] = "denied",
		[E_CONFLICT] = "conflict", [E_LIMIT] = "limit", [E_BUSY] = "busy", [E_TAMPER] = "tamper",
		[E_IO] = "io", [E_NOMEM] = "nomem", [E_BUG] = "bug",
	};

	return (unsigned)code < RC_CODES ? words[code] : "bug";
}

rc slice_keep(struct ctx *c, slice s, slice *ret)
{
	slice copy = arena_copy(c->a, s);

	if (!copy.p)
		return FAIL(c, E_LIMIT, "memory.limit");
	*ret = copy;
	return OK;
}
