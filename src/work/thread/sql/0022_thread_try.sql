-- Attempts to send: not in the record, for nothing rests on them but when to try again.
CREATE TABLE exchange_try (
	env TEXT PRIMARY KEY,
	tries INTEGER NOT NULL,
	next_at INTEGER NOT NULL,
	why TEXT NOT NULL
) STRICT;
CREATE INDEX exchange_try_next ON exchange_try (next_at);
