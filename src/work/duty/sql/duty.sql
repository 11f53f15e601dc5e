-- name: duty_get
-- in: case_id:id, rule:word, recipient:word   out: state:word, must:bool
-- may: core.duty core.report core.notice
SELECT state, must FROM duty WHERE case_id = ?1 AND rule = ?2 AND recipient = ?3;

-- name: duty_of_case
-- in: case_id:id   out: case_id:id, rule:word, recipient:word, kind:word, must:bool, state:word, due:jday?, target:jday?, started:jday, sort_day:jday, opened:msec, opened_seq:int, changed:msec, changed_seq:int
-- may: core.duty core.report
SELECT case_id, rule, recipient, kind, must, state, due, target, started, sort_day, opened, opened_seq, changed,
 changed_seq FROM duty WHERE case_id = ?1 ORDER BY rule, recipient;

-- name: duty_page
-- in: must:bool, day:jday, case_id:id, rule:word, most:int   out: case_id:id, rule:word, recipient:word, kind:word, must:bool, state:word, due:jday?, target:jday?, started:jday, sort_day:jday, opened:msec, opened_seq:int, changed:msec, changed_seq:int
-- may: core.duty
SELECT case_id, rule, recipient, kind, must, state, due, target, started, sort_day, opened, opened_seq, changed,
 changed_seq FROM duty WHERE state = 'open' AND must = ?1 AND (sort_day, case_id, rule) > (?2, ?3, ?4)
 ORDER BY state, must, sort_day, case_id, rule LIMIT ?5;

-- name: duty_opened
-- in: since:msec, case_id:id, rule:word, most:int   out: case_id:id, rule:word, recipient:word, kind:word, must:bool, state:word, due:jday?, target:jday?, started:jday, sort_day:jday, opened:msec, opened_seq:int, changed:msec, changed_seq:int
-- may: core.duty
SELECT case_id, rule, recipient, kind, must, state, due, target, started, sort_day, opened, opened_seq, changed,
 changed_seq FROM duty WHERE state = 'open' AND (opened, case_id, rule) > (?1, ?2, ?3)
 ORDER BY state, opened, case_id, rule LIMIT ?4;

-- name: duty_put
-- in: case_id:id, rule:word, recipient:word, kind:word, must:bool, due:jday?, target:jday?, started:jday, sort_day:jday, at:msec, seq:int
-- may: core.duty
INSERT INTO duty (case_id, rule, recipient, kind, must, state, due, target, started, sort_day, opened, opened_seq,
 changed, changed_seq) VALUES (?1, ?2, ?3, ?4, ?5, 'open', ?6, ?7, ?8, ?9, ?10, ?11, ?10, ?11)
 ON CONFLICT (case_id, rule, recipient) DO UPDATE SET kind = ?4, must = ?5, state = 'open', due = ?6, target = ?7,
 started = ?8, sort_day = ?9, changed = ?10, changed_seq = ?11;

-- name: duty_rename
-- in: case_id:id, rule:word, was:word, recipient:word
-- may: core.duty
UPDATE duty SET recipient = ?4 WHERE case_id = ?1 AND rule = ?2 AND recipient = ?3;

-- name: duty_set_state
-- in: case_id:id, rule:word, recipient:word, state:word, at:msec, seq:int
-- may: core.duty
UPDATE duty SET state = ?4, changed = ?5, changed_seq = ?6 WHERE case_id = ?1 AND rule = ?2 AND recipient = ?3;

-- name: duty_step_insert
-- in: seq:int, idx:int, case_id:id, rule:word, recipient:word, step:word, at:msec, done_on:msec?, actor:id, report:id?, code:word?, sealed:bool
-- may: core.duty
INSERT INTO duty_step (seq, idx, case_id, rule, recipient, step, at, done_on, actor, report, code, sealed)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12);

-- name: duty_steps
-- in: case_id:id   out: seq:int, rule:word, recipient:word, step:word, at:msec, done_on:msec?, actor:id, report:id?, code:word?, sealed:bool
-- may: core.duty
SELECT seq, rule, recipient, step, at, done_on, actor, report, code, sealed FROM duty_step WHERE case_id = ?1
 ORDER BY seq, idx;

-- name: duty_ask_clear
-- in: case_id:id
-- may: core.duty
DELETE FROM duty_ask WHERE case_id = ?1;

-- name: duty_ask_insert
-- in: case_id:id, rule:word, rank:int, fact:word
-- may: core.duty
INSERT INTO duty_ask (case_id, rule, rank, fact) VALUES (?1, ?2, ?3, ?4);

-- name: duty_asks
-- in: case_id:id   out: rule:word, rank:int, fact:word
-- may: core.duty
SELECT rule, rank, fact FROM duty_ask WHERE case_id = ?1 ORDER BY rule, rank;

-- name: duty_sum
-- in: case_id:id, at:msec, seq:int
-- may: core.duty
UPDATE case_file SET changed = ?2, last_seq = ?3,
 next_day = coalesce((SELECT min(sort_day) FROM duty WHERE case_id = ?1 AND state = 'open' AND must = 1), 2932896),
 open_must = (SELECT count(*) FROM duty WHERE case_id = ?1 AND state = 'open' AND must = 1),
 open_may = (SELECT count(*) FROM duty WHERE case_id = ?1 AND state = 'open' AND must = 0),
 asked = (SELECT count(DISTINCT rule) FROM duty_ask WHERE case_id = ?1)
 WHERE id = ?1;
