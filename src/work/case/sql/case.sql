-- name: case_insert
-- in: id:id, num:word, year:int, year_no:int, seq:int, opened:msec, known:msec, known_day:bool
-- may: core.case
INSERT INTO case_file (id, num, year, year_no, seq, opened, known, known_day, state, changed, last_seq, cause,
 next_day, open_must, open_may, asked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', ?6, ?5, NULL, 2932896, 0, 0, 0);

-- name: case_by_id
-- in: id:id   out: id:id, num:word, seq:int, opened:msec, known:msec, known_day:bool, state:word, changed:msec, last_seq:int, cause:word?, next_day:jday, open_must:int, open_may:int, asked:int
-- may: core.case
SELECT id, num, seq, opened, known, known_day, state, changed, last_seq, cause, next_day, open_must, open_may, asked
 FROM case_file WHERE id = ?1;

-- name: case_by_num
-- in: num:word   out: id:id, num:word, seq:int, opened:msec, known:msec, known_day:bool, state:word, changed:msec, last_seq:int, cause:word?, next_day:jday, open_must:int, open_may:int, asked:int
-- may: core.case
SELECT id, num, seq, opened, known, known_day, state, changed, last_seq, cause, next_day, open_must, open_may, asked
 FROM case_file WHERE num = ?1;

-- name: case_page
-- in: state:word, day:jday, num:word, most:int   out: id:id, num:word, seq:int, opened:msec, known:msec, known_day:bool, state:word, changed:msec, last_seq:int, cause:word?, next_day:jday, open_must:int, open_may:int, asked:int
-- may: core.case
SELECT id, num, seq, opened, known, known_day, state, changed, last_seq, cause, next_day, open_must, open_may, asked
 FROM case_file WHERE state = ?1 AND (next_day, num) > (?2, ?3) ORDER BY state, next_day, num LIMIT ?4;

-- name: case_last_no
-- in: year:int   out: no:int
-- may: core.case
SELECT year_no FROM case_file WHERE year = ?1 ORDER BY year_no DESC LIMIT 1;

-- name: case_touch
-- in: id:id, at:msec, seq:int
-- may: core.case core.duty core.report
UPDATE case_file SET changed = ?2, last_seq = ?3 WHERE id = ?1;

-- name: case_set_state
-- in: id:id, state:word
-- may: core.case
UPDATE case_file SET state = ?2 WHERE id = ?1;

-- name: case_set_cause
-- in: id:id, cause:word?
-- may: core.case
UPDATE case_file SET cause = ?2 WHERE id = ?1;

-- name: case_fact_insert
-- in: seq:int, idx:int, case_id:id, path:word, said:word, exact:word, sure:word, sealed:bool, num:int?, word:word?, known:msec, known_day:bool, holds_from:msec?, stated:msec, actor:id, mends:int?
-- may: core.case
INSERT INTO case_fact (seq, idx, case_id, path, said, exact, sure, sealed, num, word, known, known_day, holds_from,
 stated, actor, mends) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16);

-- name: case_facts
-- in: case_id:id   out: seq:int, idx:int, path:word, said:word, exact:word, sure:word, sealed:bool, num:int?, word:word?, known:msec, known_day:bool, holds_from:msec?, stated:msec, actor:id, mends:int?
-- may: core.case core.duty core.report
SELECT seq, idx, path, said, exact, sure, sealed, num, word, known, known_day, holds_from, stated, actor, mends
 FROM case_fact WHERE case_id = ?1 ORDER BY path, known, seq, idx;

-- name: case_word_now
-- in: case_id:id, path:word   out: said:word, word:word?
-- may: core.case
SELECT f.said, f.word FROM case_fact f WHERE f.case_id = ?1 AND f.path = ?2 AND NOT EXISTS (
 SELECT 1 FROM case_fact g WHERE g.case_id = ?1 AND g.path = ?2 AND g.mends = f.seq)
 ORDER BY f.known DESC, f.seq DESC LIMIT 1;

-- name: case_keep_first
-- in: id:id
-- may: core.case
INSERT INTO case_first (case_id, known, known_day) SELECT id, known, known_day FROM case_file WHERE id = ?1
 ON CONFLICT DO NOTHING;

-- name: case_first
-- in: case_id:id   out: known:msec, known_day:bool
-- may: core.case core.duty
SELECT known, known_day FROM case_first WHERE case_id = ?1;

-- name: case_set_known
-- in: id:id, known:msec, known_day:bool
-- may: core.case
UPDATE case_file SET known = ?2, known_day = ?3 WHERE id = ?1;

-- name: case_fact_exists
-- in: case_id:id, path:word, seq:int   out: seq:int
-- may: core.case
SELECT seq FROM case_fact WHERE case_id = ?1 AND path = ?2 AND seq = ?3 LIMIT 1;

-- name: case_event_insert
-- in: seq:int, case_id:id, at:msec, precision:word, kind:word, stated:msec, actor:id, mends:int?
-- may: core.case
INSERT INTO case_event (seq, case_id, at, precision, kind, stated, actor, mends)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8);

-- name: case_events
-- in: case_id:id   out: seq:int, at:msec, precision:word, kind:word, stated:msec, actor:id, mends:int?
-- may: core.case core.report
SELECT seq, at, precision, kind, stated, actor, mends FROM case_event WHERE case_id = ?1 ORDER BY at, seq;

-- name: case_event_exists
-- in: case_id:id, seq:int   out: seq:int
-- may: core.case
SELECT seq FROM case_event WHERE seq = ?2 AND case_id = ?1;
