/*
 * Messages between our own processes: a frame of 16 bytes {type, length, number}, little-endian, and a body of fields. What
 * comes in is read as foreign bytes: a sibling may be in anybody's hand. One body has one reading; what is left over is
 * refused. A channel is a stream socket pair; a frame may carry one descriptor.
 */
#ifndef BASE_WIRE_H
#define BASE_WIRE_H

#include "base/buf.h"
#include "base/rc.h"

#define WIRE_HEAD ((size_t)16)
#define WIRE_MOST ((size_t)64 << 20)     /* bytes of a body; each kind of message has its own, smaller limit */

struct wire_frame {
	uint32_t type;
	uint64_t number;      /* given by the one who asks, repeated in the answer */
	slice body;
	int fd;               /* -1: none */
};

/* ---- fields of a body ---- */

void wire_put_u64(struct buf *b, uint64_t n);
void wire_put_bytes(struct buf *b, slice s);
void wire_put_hash(struct buf *b, const unsigned char *p, size_t n);   /* n bytes as they are */

/* Takes fields off the front. E_INVALID "wire.form" when there is less. */
MUST_USE rc wire_get_u64(struct ctx *c, slice *rest, uint64_t most, uint64_t *ret);
MUST_USE rc wire_get_bytes(struct ctx *c, slice *rest, size_t most, slice *ret);
MUST_USE rc wire_get_raw(struct ctx *c, slice *rest, unsigned char *out, size_t n);
MUST_USE rc wire_end(struct ctx *c, slice rest);

/* The fault of c as fields, and back: sets the fault and returns its code. A key that we do not know is E_BUG "wire.form". */
void wire_put_fault(struct buf *b, const struct ctx *c, rc code);
rc wire_get_fault(struct ctx *c, slice body);

/* ---- blocking channels: one frame at a time, with a longest wait ---- */

/* `fd` of the frame is sent along and stays the caller's. E_IO "wire.lost" when the other side has gone or does not read. */
MUST_USE rc wire_send(struct ctx *c, int channel, const struct wire_frame *f);
/* The body lies in c->a; a descriptor is the caller's from here on. E_IO "wire.lost"; E_INVALID "wire.form"; E_BUSY "wire.late". */
MUST_USE rc wire_recv(struct ctx *c, int channel, size_t most, int wait_ms, struct wire_frame *ret);

/* ---- channels in an event loop ---- */

struct wire_pipe {
	int fd;                     /* owned; -1 when closed */
	size_t most;
	char *in;                   /* owned; bytes of frames that are not whole yet */
	size_t in_len, in_cap, in_at;
	int passed[8];              /* owned; descriptors that came and belong to frames not taken yet */
	size_t npassed;
	char *out;                  /* owned; bytes that the other side did not take yet */
	size_t out_len, out_cap, out_at;
};

void wire_pipe_init(struct wire_pipe *p, int fd, size_t most);
void wire_pipe_close(struct wire_pipe *p);
/* Reads what is there. false: the other side has gone or broke the form; close it. */
bool wire_pipe_fill(struct wire_pipe *p);
/*
 * The next whole frame; its body is borrowed until the next call on the pipe. `has_fd` says which types carry a
 * descriptor; one that lacks its own breaks the form. Returns 1, 0 (none whole yet), -1 (form broken).
 */
int wire_pipe_next(struct wire_pipe *p, bool (*has_fd)(uint32_t type), struct wire_frame *ret);
/* Queues; false: out of memory or closed. */
bool wire_pipe_queue(struct wire_pipe *p, uint32_t type, uint64_t number, slice body);
/* Queues and sends as far as it goes. false: out of memory or gone. */
bool wire_pipe_send(struct wire_pipe *p, uint32_t type, uint64_t number, slice body);
bool wire_pipe_flush(struct wire_pipe *p);
static inline bool wire_pipe_waits(const struct wire_pipe *p) { return p->out_len > p->out_at; }

#endif
