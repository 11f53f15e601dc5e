#include "door/serve/users.h"

#include <errno.h>
#include <fts.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

/* Every folder above may be entered, and the folder itself read when `read` is set. */
static bool is_open_to_all(const char *path, bool read)
{
	char whole[PATH_MAX];
	struct stat st;

	if (!realpath(path, whole))
		return false;
	if (read && (stat(whole, &st) != 0 || (st.st_mode & 05) != 05))
		return false;
	for (char *slash = strrchr(whole, '/'); slash; slash = strrchr(whole, '/')) {
		*slash = '\0';
		if (stat(whole[0] ? whole : "/", &st) != 0 || !(st.st_mode & 01))
			return false;
	}
	return true;
}

static rc by_name(struct ctx *c, struct settings *s, int *ret_found)
{
	char name[64];

	*ret_found = 0;
	for (int r = 0; r < ROLES; r++) {
		struct passwd p, *got = NULL;
		char room[4096];

		(void)snprintf(name, sizeof name, "%s%s", s->user_prefix, process_name((enum process)r));
		if (getpwnam_r(name, &p, room, sizeof room, &got) != 0 || !got)
			continue;
		if (p.pw_uid == 0)
			return FAIL(c, E_INVALID, "serve.users_some");
		s->uid[r] = p.pw_uid;
		s->gid[r] = p.pw_gid;
		++*ret_found;
	}
	return OK;
}

static rc by_number(struct ctx *c, struct settings *s)
{
	for (int r = 0; r < ROLES; r++) {
		uid_t id = (uid_t)(s->user_base + (uint32_t)r);
		struct passwd p, *got = NULL;
		char room[4096];

		if (getpwuid_r(id, &p, room, sizeof room, &got) == 0 && got)
			return FAIL(c, E_CONFLICT, "serve.users_taken");
		s->uid[r] = id;
		s->gid[r] = (gid_t)id;
	}
	return OK;
}

rc users_find(struct ctx *c, struct settings *s, const char **ret_why)
{
	int found;

	*ret_why = NULL;
	memset(s->uid, 0, sizeof s->uid);
	memset(s->gid, 0, sizeof s->gid);
	if (geteuid() != 0 || s->users == USERS_SAME) {
		*ret_why = geteuid() != 0 ? "not_root" : "settings";
		return OK;
	}
	if (s->users == USERS_AUTO && (!is_open_to_all(s->dir, false) || !is_open_to_all(s->data, true))) {
		*ret_why = "folder";
		return OK;
	}
	TRY(by_name(c, s, &found));
	if (found == ROLES)
		return OK;
	return found ? FAIL(c, E_INVALID, "serve.users_some") : by_number(c, s);
}

static enum process owner_of(const struct settings *s, const char *path)
{
	static const struct { const char *folder; enum process role; } own[] = {
		{ "/keep", ROLE_KEEP }, { "/sign", ROLE_SIGN }, { "/tls", ROLE_TLS },
	};
	const char *below = path + strlen(s->dir);

	for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
		size_t n = strlen(own[i].folder);

		if (strncmp(below, own[i].folder, n) == 0 && (below[n] == '/' || below[n] == '\0'))
			return own[i].role;
	}
	return ROLE_CORE;
}

rc users_own(struct ctx *c, const struct settings *s)
{
	char *const paths[] = { (char *)(uintptr_t)s->dir, NULL };
	FTS *walk;
	rc r = OK;

	if (!s->uid[ROLE_CORE])
		return OK;
	walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	for (FTSENT *e = walk ? fts_read(walk) : NULL; e && r == OK; e = fts_read(walk)) {
		enum process o = owner_of(s, e->fts_path);

		if (e->fts_info == FTS_DP)
			continue;
		if (lchown(e->fts_path, s->uid[o], s->gid[o]) != 0)
			r = FAIL_SYS(c, "serve.users");
	}
	if (walk)
		(void)fts_close(walk);
	/* the other roles pass through to their own folder; what is in it they cannot list */
	if (r == OK && chmod(s->dir, 0711) != 0)
		r = FAIL_SYS(c, "serve.users");
	return walk ? r : FAIL_SYS(c, "serve.users");
}
