/*
 * What the roles must know, as one plain struct: made by the supervisor from the configuration, handed to each role in a
 * sealed memory file. Same program on both sides.
 */
#ifndef DOOR_SERVE_SETTINGS_H
#define DOOR_SERVE_SETTINGS_H

#include <limits.h>
#include <sys/types.h>

#include "door/serve/message.h"
#include "door/serve/web.h"

#define SETTINGS_MAGIC 0x524e4b53u
#define SETTINGS_TEXT 256

enum listener { LISTENER_MAIN, LISTENER_EXCHANGE };

#define LISTENERS 2

enum users { USERS_AUTO, USERS_ROLES, USERS_SAME };

struct settings {
	uint32_t magic, size;
	char dir[PATH_MAX], data[PATH_MAX];
	char listen[LISTENERS][80];           /* "" for none */
	bool plain, metrics_open;
	char certificate[PATH_MAX], key[PATH_MAX], client_ca[PATH_MAX];
	char hosts[SETTINGS_TEXT];            /* names by which the node may be asked, blanks between; "" any */
	struct web_limits limits;
	msec ahead;                           /* of the clock: --now of an exercise */
	char now[48];                         /* the same as it was given */
	enum users users;
	char user_prefix[32];
	uint32_t user_base;
	uid_t uid[ROLES];                     /* 0: stay */
	gid_t gid[ROLES];
	/* role out */
	char mail_host[SETTINGS_TEXT], mail_user[SETTINGS_TEXT], mail_password_file[PATH_MAX], mail_from[SETTINGS_TEXT];
	uint32_t mail_port, mail_tls;         /* enum mail_tls */
	char out_ca[PATH_MAX];                /* certificates of those asked over HTTPS; "": the machine's */
	/* the organisation's identity provider (OpenID Connect); issuer "": none */
	char oidc_issuer[SETTINGS_TEXT], oidc_name[SETTINGS_TEXT], oidc_client[SETTINGS_TEXT], oidc_secret_file[PATH_MAX];
	char oidc_back[SETTINGS_TEXT];        /* where it sends browsers back to */
};

enum mail_tls { MAIL_STARTTLS, MAIL_TLS, MAIL_NONE };

/* Through a descriptor that the child inherits. E_BUG "bug" when it is not ours. */
MUST_USE rc settings_pass(struct ctx *c, const struct settings *s, int *ret_fd);
MUST_USE rc settings_take(struct ctx *c, int fd, struct settings *ret);
/* Copies a text; E_LIMIT "value.long" when it does not fit. */
MUST_USE rc settings_text(struct ctx *c, char *to, size_t room, slice text);

#endif
