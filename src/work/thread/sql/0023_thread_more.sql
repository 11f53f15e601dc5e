-- projection: yes
-- What the node proposed by itself; what goes at a time.
CREATE TABLE thread_proposal (
	thread TEXT NOT NULL,
	kind TEXT NOT NULL,
	draft TEXT NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (thread, kind)
) STRICT;
ALTER TABLE outbox ADD COLUMN after_at INTEGER;

CREATE TABLE thread_piece (
	thread TEXT NOT NULL,
	peer TEXT NOT NULL,
	doc TEXT NOT NULL,
	ours INTEGER NOT NULL CHECK (ours IN (0, 1)),
	piece INTEGER NOT NULL,
	pieces INTEGER NOT NULL,
	size INTEGER NOT NULL,
	env TEXT NOT NULL,
	PRIMARY KEY (thread, peer, doc, ours, piece)
) STRICT;
