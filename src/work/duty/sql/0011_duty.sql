-- projection: yes
-- What a case owes to whom, as it stands now, how it came to that, and what would decide the rest.
CREATE TABLE duty (
	case_id TEXT NOT NULL,
	rule TEXT NOT NULL,
	recipient TEXT NOT NULL,
	kind TEXT NOT NULL,
	must INTEGER NOT NULL CHECK (must IN (0, 1)),
	state TEXT NOT NULL CHECK (state IN ('open', 'done', 'waived', 'lapsed')),
	due INTEGER,
	target INTEGER,
	started INTEGER NOT NULL,
	sort_day INTEGER NOT NULL,
	opened INTEGER NOT NULL,
	opened_seq INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	changed_seq INTEGER NOT NULL,
	PRIMARY KEY (case_id, rule, recipient)
) STRICT;
CREATE INDEX duty_next ON duty (state, must, sort_day, case_id, rule);
-- Sums of one case: without it the planner walks all open duties by day to find those of the case.
CREATE INDEX duty_case ON duty (case_id, state, must, sort_day);

CREATE TABLE duty_step (
	seq INTEGER NOT NULL,
	idx INTEGER NOT NULL,
	case_id TEXT NOT NULL,
	rule TEXT NOT NULL,
	recipient TEXT NOT NULL,
	step TEXT NOT NULL CHECK (step IN ('open', 'change', 'lapse', 'done', 'waive', 'undo')),
	at INTEGER NOT NULL,
	done_on INTEGER,
	actor TEXT NOT NULL,
	report TEXT,
	code TEXT,
	sealed INTEGER NOT NULL CHECK (sealed IN (0, 1)),
	PRIMARY KEY (seq, idx)
) STRICT;
CREATE INDEX duty_step_case ON duty_step (case_id, rule, seq, idx);

CREATE TABLE duty_ask (
	case_id TEXT NOT NULL,
	rule TEXT NOT NULL,
	rank INTEGER NOT NULL,
	fact TEXT NOT NULL,
	PRIMARY KEY (case_id, rule, rank)
) STRICT;
