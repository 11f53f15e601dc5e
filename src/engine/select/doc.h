/*
 * Documents as they come: which encoding, which container; taken apart into pieces of text. Bytes in, text out,
 * no files, no network: so it runs in the cage.
 */
#ifndef ENGINE_SELECT_DOC_H
#define ENGINE_SELECT_DOC_H

#include "engine/select/indicator.h"

#define DOC_DEPTH 4u                              /* an archive in a mail in an archive in a mail */
#define DOC_PARTS_MOST 4096u
#define DOC_TEXT_MOST ((size_t)256 << 20)         /* of all parts together: bombs end here */

enum doc_charset { DOC_UTF8, DOC_CP932, DOC_EUC_JP, DOC_ISO_2022_JP, DOC_UTF16LE, DOC_UTF16BE, DOC_LATIN1 };
#define DOC_CHARSETS 7

struct doc_part {
	slice path;            /* where in the document: "", "2", "2/1"; never the name of a file, which may be a person's */
	slice text;            /* UTF-8 */
	slice asked;           /* of a capture, when asked for: for each line of `text` who asked, whom and when, between tabs */
	enum ind_kind kind;
	bool whole;            /* the decoded document itself: positions in it are positions in the document */
	bool mail;             /* a mail's headers and text */
	bool plain;             /* stands in the document as it is: positions are those of the cover */
	bool pdf;              /* `text` is a PDF as it is: who has a reader for it puts in its text */
	bool cover;            /* the raw form of something whose parts follow: looked at for personal data only */
};

struct doc {
	struct doc_part *parts;
	size_t n, cap, bytes;
	uint32_t unread;       /* parts that could not be read: encrypted, broken, unknown */
	bool with_asked;       /* asked for: a finding of a capture is told once for each pair of ends, with these */
	bool texts_only;       /* asked for: what is no text is left where it is … */
	bool left;             /* … and this tells it */
	enum doc_charset charset;
};

/* Takes `bytes` apart; `name` tells by its ending what the bytes alone do not. E_LIMIT "select.bomb". */
MUST_USE rc doc_take(struct ctx *c, slice bytes, slice name, struct doc *ret);
/* The same, with `asked` of captures. */
MUST_USE rc doc_take_asked(struct ctx *c, slice bytes, slice name, struct doc *ret);
/* By its first bytes no text, nor a PDF (which is not read here): an archive, an office document, a capture, an event log … */
bool doc_is_container(slice bytes);
/*
 * The same with our own few parsers of text, tables and mails. ret->left: there is a container, in the bytes or attached; ret
 * has no more to say then.
 */
MUST_USE rc doc_take_text(struct ctx *c, slice bytes, slice name, struct doc *ret);

/* Which encoding is it? */
enum doc_charset doc_guess_charset(slice bytes);
/* To UTF-8; what has no meaning becomes U+FFFD. Borrows from `bytes` where nothing changes. */
MUST_USE rc doc_decode(struct ctx *c, slice bytes, enum doc_charset cs, slice *ret);
/* By the name in a mail or a page ("iso-2022-jp", "Shift_JIS"); false when unknown. */
bool doc_charset_named(slice name, enum doc_charset *ret);
const char *doc_charset_word(enum doc_charset cs);
/* What kind of text by its name and its beginning. */
enum ind_kind doc_kind(slice text, slice name);

/* For the parts of this folder. */
MUST_USE rc doc_add(struct ctx *c, struct doc *d, struct doc_part part);
MUST_USE rc doc_take_inner(struct ctx *c, struct doc *d, slice bytes, slice name, slice path, unsigned depth);
MUST_USE rc doc_take_mail(struct ctx *c, struct doc *d, slice bytes, slice path, unsigned depth);
MUST_USE rc doc_take_msg(struct ctx *c, struct doc *d, slice bytes, slice path, unsigned depth);
MUST_USE rc doc_take_archive(struct ctx *c, struct doc *d, slice bytes, slice path, unsigned depth);
/* Windows event logs as files (.evtx). */
bool doc_is_evtx(slice bytes);
MUST_USE rc doc_take_evtx(struct ctx *c, struct doc *d, slice bytes, slice path);
bool doc_is_capture(slice bytes);
MUST_USE rc doc_take_capture(struct ctx *c, struct doc *d, slice bytes, slice path);
/* The text of OOXML and ODF parts. */
MUST_USE rc doc_office_text(struct ctx *c, slice xml, slice part, slice *ret);

#endif
