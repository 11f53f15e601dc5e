-- projection: yes
-- Cases, what was stated of them and their timeline. No text of people: that lies sealed under `seq`.
CREATE TABLE case_file (
	id TEXT PRIMARY KEY,
	num TEXT NOT NULL UNIQUE,
	year INTEGER NOT NULL,
	year_no INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	opened INTEGER NOT NULL,
	known INTEGER NOT NULL,
	known_day INTEGER NOT NULL CHECK (known_day IN (0, 1)),
	state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
	changed INTEGER NOT NULL,
	last_seq INTEGER NOT NULL,
	cause TEXT,
	next_day INTEGER NOT NULL,
	open_must INTEGER NOT NULL,
	open_may INTEGER NOT NULL,
	asked INTEGER NOT NULL,
	UNIQUE (year, year_no)
) STRICT;
CREATE INDEX case_file_next ON case_file (state, next_day, num);

CREATE TABLE case_fact (
	seq INTEGER NOT NULL,
	idx INTEGER NOT NULL,
	case_id TEXT NOT NULL,
	path TEXT NOT NULL,
	said TEXT NOT NULL CHECK (said IN ('said', 'unknown', 'na')),
	exact TEXT NOT NULL CHECK (exact IN ('exact', 'about', 'at_most', 'at_least')),
	sure TEXT NOT NULL CHECK (sure IN ('confirmed', 'estimated', 'assumed', 'heard')),
	sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
	num INTEGER,
	word TEXT,
	known INTEGER NOT NULL,
	known_day INTEGER NOT NULL CHECK (known_day IN (0, 1)),
	holds_from INTEGER,
	stated INTEGER NOT NULL,
	actor TEXT NOT NULL,
	mends INTEGER,
	PRIMARY KEY (seq, idx)
) STRICT;
CREATE INDEX case_fact_case ON case_fact (case_id, path, known, seq);

CREATE TABLE case_event (
	seq INTEGER PRIMARY KEY,
	case_id TEXT NOT NULL,
	at INTEGER NOT NULL,
	precision TEXT NOT NULL CHECK (precision IN ('minute', 'about', 'day', 'open')),
	kind TEXT NOT NULL,
	stated INTEGER NOT NULL,
	actor TEXT NOT NULL,
	mends INTEGER
) STRICT;
CREATE INDEX case_event_case ON case_event (case_id, at, seq);
