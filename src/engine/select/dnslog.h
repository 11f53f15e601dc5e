/*
 * The debug log of Windows' DNS server writes names by the lengths of their labels: (3)www(4)evil(7)example(3)net(0).
 * Source: Microsoft, "DNS Logging and Diagnostics".
 */
#ifndef ENGINE_SELECT_DNSLOG_H
#define ENGINE_SELECT_DNSLOG_H

#include "base/rc.h"

/* Does a log that begins so write names by their lengths? */
bool dnslog_is(slice head);
/* The text with such names written with dots; the lines stay what they are. Borrows from `text` where none is. */
MUST_USE rc dnslog_plain(struct ctx *c, slice text, slice *ret);

#endif
