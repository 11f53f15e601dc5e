/* The node in one process, without TLS and without walls between its parts: for development on one's own machine. */
#ifndef DOOR_SERVE_PLAIN_H
#define DOOR_SERVE_PLAIN_H

#include "door/serve/listen.h"

struct node;

/* Serves until SIGINT or SIGTERM. */
MUST_USE rc serve_plain(struct ctx *c, struct node *n, int listen_fd);

#endif
