-- projection: yes
-- Who was told of which duty, when, and who confirmed.
CREATE TABLE notice (
	seq INTEGER NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL,
	rule TEXT NOT NULL,
	recipient TEXT NOT NULL,
	step TEXT NOT NULL,
	level INTEGER NOT NULL,
	account TEXT NOT NULL,
	instead_of TEXT,
	why TEXT NOT NULL CHECK (why IN ('step', 'absent', 'silent', 'nobody')),
	at INTEGER NOT NULL,
	confirmed INTEGER NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('queued', 'handed', 'failed')),
	tries INTEGER NOT NULL,
	next_try INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_case ON notice (case_id, rule, recipient, seq);
CREATE INDEX notice_queue ON notice (state, next_try, seq);
-- Duties that opened lately, whatever their day.
CREATE INDEX duty_opened ON duty (state, opened, case_id, rule);
