/* Links in logs that write host and path apart, or otherwise than lists do. Only match.c includes it. */
#ifndef ENGINE_SELECT_MATCH_LINK_H
#define ENGINE_SELECT_MATCH_LINK_H

#include "base/slice.h"

#define LINK_MOST 4096u

/* Zeroed but for the first three. */
struct link_try {
	size_t from;      /* where the host begins */
	slice host;
	size_t at;        /* where a path is looked for next: behind the host at first */
	size_t end;       /* of what `link` was made of */
	size_t paths;     /* how many were found in the line */
	size_t without;   /* length of the last link before its query, to be tried next; 0: none */
};

/*
 * The next link that a host and the text behind it may be, in `room`; false when there is none. Behind the host stands the path
 * (https://host:443/path), in JSON as \/path, or one of the next fields of the line has it (cs-host cs-uri-port cs-uri-path
 * cs-uri-query; "hostname":"…","url":"/…"). Each once with its query and once without.
 */
bool link_next(slice text, struct link_try *t, char room[LINK_MOST], slice *ret);

#endif
