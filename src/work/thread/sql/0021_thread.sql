-- projection: yes
-- Threads with partners, what went out, what came in. Contents lie sealed under `seq`.
CREATE TABLE house (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	class TEXT NOT NULL,
	agency TEXT
) STRICT;

CREATE TABLE case_wish (
	seq INTEGER NOT NULL,
	idx INTEGER NOT NULL,
	case_id TEXT NOT NULL,
	consent INTEGER NOT NULL CHECK (consent IN (0, 1)),
	wish TEXT NOT NULL,
	peer TEXT,
	field TEXT,
	class TEXT,
	until_at INTEGER NOT NULL,
	ended INTEGER,
	PRIMARY KEY (seq, idx)
) STRICT;
CREATE INDEX case_wish_case ON case_wish (case_id, seq, idx);

CREATE TABLE thread (
	id TEXT PRIMARY KEY,
	home TEXT NOT NULL,
	kind TEXT NOT NULL,
	hub TEXT NOT NULL,
	ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
	state TEXT NOT NULL,
	over INTEGER NOT NULL CHECK (over IN (0, 1)),
	version INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	last_seq INTEGER NOT NULL,
	opened INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	due INTEGER,
	embargo INTEGER
) STRICT;
CREATE INDEX thread_home ON thread (home, seq);
CREATE INDEX thread_due ON thread (over, due);
CREATE INDEX thread_kind ON thread (kind, seq);

CREATE TABLE thread_party (
	thread TEXT NOT NULL,
	node TEXT NOT NULL,
	place INTEGER NOT NULL,
	called INTEGER NOT NULL CHECK (called IN (0, 1)),
	step TEXT,
	step_at INTEGER,
	signed INTEGER NOT NULL,
	PRIMARY KEY (thread, node)
) STRICT;

CREATE TABLE thread_step (
	seq INTEGER PRIMARY KEY,
	thread TEXT NOT NULL,
	step TEXT NOT NULL,
	node TEXT NOT NULL,
	at INTEGER NOT NULL,
	version INTEGER NOT NULL,
	env TEXT,
	kept INTEGER NOT NULL
) STRICT;
CREATE INDEX thread_step_of ON thread_step (thread, seq);

CREATE TABLE thread_draft (
	id TEXT PRIMARY KEY,
	seq INTEGER NOT NULL,
	thread TEXT NOT NULL,
	home TEXT NOT NULL,
	kind TEXT NOT NULL,
	step TEXT NOT NULL,
	actor TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped'))
) STRICT;
CREATE INDEX thread_draft_state ON thread_draft (state, seq);

CREATE TABLE outbox (
	env TEXT PRIMARY KEY,
	peer TEXT NOT NULL,
	eseq INTEGER NOT NULL,
	thread TEXT NOT NULL,
	home TEXT NOT NULL,
	kind TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	exp INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('wait', 'accepted', 'rejected', 'quarantined', 'expired')),
	receipt_seq INTEGER,
	receipt_at INTEGER,
	rec_seq INTEGER,
	recalled INTEGER,
	UNIQUE (peer, eseq)
) STRICT;
CREATE INDEX outbox_state ON outbox (state, peer, eseq);
CREATE INDEX outbox_thread ON outbox (thread, eseq);
CREATE INDEX outbox_home ON outbox (home, seq);

CREATE TABLE outbox_peer (
	peer TEXT PRIMARY KEY,
	last INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox (
	env TEXT NOT NULL,
	peer TEXT NOT NULL,
	eseq INTEGER NOT NULL,
	thread TEXT NOT NULL,
	home TEXT NOT NULL,
	kind TEXT NOT NULL,
	seq INTEGER NOT NULL,
	at INTEGER NOT NULL,
	sent INTEGER NOT NULL,
	exp INTEGER NOT NULL,
	digest TEXT NOT NULL,
	tlp TEXT NOT NULL,
	purpose TEXT NOT NULL,
	onward TEXT NOT NULL,
	expires INTEGER NOT NULL,
	recalled INTEGER,
	recall_answer TEXT,
	fixed_by TEXT,
	PRIMARY KEY (peer, env)
) STRICT;
CREATE INDEX inbox_env ON inbox (env);
CREATE INDEX inbox_thread ON inbox (thread, seq);
CREATE INDEX inbox_seq ON inbox (peer, eseq);

CREATE TABLE inbox_peer (
	peer TEXT PRIMARY KEY,
	count INTEGER NOT NULL,
	last INTEGER NOT NULL
) STRICT;

CREATE TABLE inbox_refused (
	peer TEXT NOT NULL,
	env TEXT NOT NULL,
	PRIMARY KEY (peer, env)
) STRICT;

CREATE TABLE serious (
	case_id TEXT PRIMARY KEY,
	seq INTEGER NOT NULL,
	base INTEGER NOT NULL CHECK (base IN (0, 1)),
	social INTEGER NOT NULL CHECK (social IN (0, 1)),
	size INTEGER NOT NULL CHECK (size IN (0, 1)),
	serious INTEGER NOT NULL CHECK (serious IN (0, 1)),
	judged INTEGER NOT NULL
) STRICT;
