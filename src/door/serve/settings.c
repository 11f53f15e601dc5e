#include "door/serve/settings.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"

#include "base/banned.h"

rc settings_text(struct ctx *c, char *to, size_t room, slice text)
{
	if (text.len >= room || memchr(text.p ? text.p : "", '\0', text.len))
		return FAIL(c, E_LIMIT, "value.long");
	if (text.len)
		memcpy(to, text.p, text.len);
	to[text.len] = '\0';
	return OK;
}

rc settings_pass(struct ctx *c, const struct settings *s, int *ret_fd)
{
	AUTO_FD fd = memfd_create("settings", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return FAIL_SYS(c, "serve.start");
	TRY(fd_write_all(c, fd, (slice){ (const char *)s, sizeof *s }));
	if (lseek(fd, 0, SEEK_SET) != 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
		return FAIL_SYS(c, "serve.start");
	*ret_fd = TAKE_FD(fd);
	return OK;
}

rc settings_take(struct ctx *c, int fd, struct settings *ret)
{
	ssize_t n = pread(fd, ret, sizeof *ret, 0);

	if (n != (ssize_t)sizeof *ret || ret->magic != SETTINGS_MAGIC || ret->size != sizeof *ret)
		return FAIL(c, E_BUG, "bug");
	return OK;
}
