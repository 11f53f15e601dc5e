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
