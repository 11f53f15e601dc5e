-- name: screening_item_insert
-- in: id:id, seq:int, run:word, org:word, kind:word, rank:int, score:int, severity:int, auditor:bool, reviewer:id, at:msec, department:word
-- may: core.screen
INSERT INTO screening_item (id, seq, run, org, kind, rank, score, severity, auditor, reviewer, state, reason, case_id, kept,
 changed, department) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'new', '', '', ?11, ?11, ?12);

-- name: screening_item_by_id
-- in: id:id   out: id:id, seq:int, run:word, org:word, kind:word, rank:int, score:int, severity:int, auditor:bool, reviewer:id, state:word, reason:word, case_id:id, kept:msec, changed:msec, department:word
-- may: core.screen
SELECT id, seq, run, org, kind, rank, score, severity, auditor, reviewer, state, reason, case_id, kept, changed, department
 FROM screening_item WHERE id = ?1;

-- name: screening_item_page
-- in: run:word, rank:int, most:int   out: id:id, seq:int, run:word, org:word, kind:word, rank:int, score:int, severity:int, auditor:bool, reviewer:id, state:word, reason:word, case_id:id, kept:msec, changed:msec, department:word
-- may: core.screen
SELECT id, seq, run, org, kind, rank, score, severity, auditor, reviewer, state, reason, case_id, kept, changed, department
 FROM screening_item WHERE run = ?1 AND rank > ?2 ORDER BY run, rank, id LIMIT ?3;

-- name: screening_item_state
-- in: id:id, state:word, reason:word, at:msec
-- may: core.screen
UPDATE screening_item SET state = ?2, reason = ?3, changed = ?4 WHERE id = ?1;

-- name: screening_item_case
-- in: id:id, case_id:id, at:msec
-- may: core.screen
UPDATE screening_item SET case_id = ?2, changed = ?3 WHERE id = ?1;

-- name: screening_item_reviewer
-- in: id:id, reviewer:id, at:msec
-- may: core.screen
UPDATE screening_item SET reviewer = ?2, changed = ?3 WHERE id = ?1;

-- name: screening_kinds
-- out: kind:word, state:word, n:int
-- scan: a report over all items
-- may: core.screen
SELECT kind, state, COUNT(*) FROM screening_item GROUP BY kind, state ORDER BY kind, state;

-- name: screening_run_states
-- in: run:word   out: state:word, reason:word, n:int
-- may: core.screen
SELECT state, reason, COUNT(*) FROM screening_item WHERE run = ?1 GROUP BY state, reason ORDER BY state, reason;

-- name: screening_reviewer_put
-- in: actor:id, account:word, superior:word, auditor:bool
-- may: core.screen
INSERT INTO screening_reviewer (actor, account, superior, auditor, items) VALUES (?1, ?2, ?3, ?4, 0)
 ON CONFLICT (actor) DO UPDATE SET account = excluded.account, superior = excluded.superior, auditor = excluded.auditor;

-- name: screening_reviewer_more
-- in: actor:id
-- may: core.screen
UPDATE screening_reviewer SET items = items + 1 WHERE actor = ?1;

-- name: screening_reviewer_of
-- in: actor:id   out: actor:id, account:word, superior:word, auditor:bool, items:int
-- may: core.screen
SELECT actor, account, superior, auditor, items FROM screening_reviewer WHERE actor = ?1;

-- name: screening_reviewers
-- out: actor:id, account:word, superior:word, auditor:bool, items:int
-- scan: the few people who review
-- may: core.screen
SELECT actor, account, superior, auditor, items FROM screening_reviewer ORDER BY actor;

-- name: screening_ask_insert
-- in: seq:int, item:id, event:word, actor:id, at:msec
-- may: core.screen
INSERT INTO screening_ask (seq, item, event, actor, done, at) VALUES (?1, ?2, ?3, ?4, 0, ?5);

-- name: screening_ask_of
-- in: seq:int   out: item:id, event:word, actor:id, done:bool
-- may: core.screen
SELECT item, event, actor, done FROM screening_ask WHERE seq = ?1;

-- name: screening_ask_done
-- in: seq:int
-- may: core.screen
UPDATE screening_ask SET done = 1 WHERE seq = ?1;

-- name: screening_ask_answer
-- in: seq:int, answer:int
-- may: core.screen
UPDATE screening_ask SET answer = ?2 WHERE seq = ?1;

-- name: screening_ask_list
-- in: event:word, most:int   out: seq:int, item:id, actor:id, done:bool, answer:int, at:msec
-- may: core.screen
SELECT seq, item, actor, done, answer, at FROM screening_ask WHERE event = ?1 ORDER BY event DESC, seq DESC LIMIT ?2;

-- name: screening_run_insert
-- in: run:word, id:id, seq:int, at:msec, actor:id, items:int, since:msec, until:msec, proof:bool, sources:int, lines:int, read:int, damaged:int, twice:int, missing:int, accesses:int, unexplained:int
-- may: core.screen
INSERT INTO screening_run (run, id, seq, at, actor, items, since, until, proof, sources, lines, read, damaged, twice, missing,
 accesses, unexplained) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17);

-- name: screening_run_of
-- in: run:word   out: run:word, id:id, seq:int, at:msec, actor:id, items:int, since:msec, until:msec, proof:bool, sources:int, lines:int, read:int, damaged:int, twice:int, missing:int, accesses:int, unexplained:int
-- may: core.screen
SELECT run, id, seq, at, actor, items, since, until, proof, sources, lines, read, damaged, twice, missing, accesses,
 unexplained FROM screening_run WHERE run = ?1;

-- name: screening_runs
-- out: run:word, id:id, seq:int, at:msec, actor:id, items:int, since:msec, until:msec, proof:bool, sources:int, lines:int, read:int, damaged:int, twice:int, missing:int, accesses:int, unexplained:int, items:int, waiting:int, kept:msec
-- scan: the few lists of a node, counted by the index of runs
-- may: core.screen
SELECT s.run, COALESCE(r.id, ''), COALESCE(r.seq, -1), COALESCE(r.at, 0), COALESCE(r.actor, ''), COALESCE(r.items, 0), COALESCE(r.since, -1),
 COALESCE(r.until, -1), COALESCE(r.proof, 0), COALESCE(r.sources, -1), COALESCE(r.lines, -1), COALESCE(r.read, -1), COALESCE(r.damaged, -1),
 COALESCE(r.twice, -1), COALESCE(r.missing, -1), COALESCE(r.accesses, -1), COALESCE(r.unexplained, -1), s.items, s.waiting, s.kept
 FROM (SELECT run, COUNT(*) AS items, SUM(CASE WHEN state IN ('new', 'needs_talk') THEN 1 ELSE 0 END) AS waiting, MIN(kept) AS kept
 FROM screening_item GROUP BY run) s LEFT JOIN screening_run r ON r.run = s.run ORDER BY s.kept DESC, s.run;

-- name: screening_newest
-- out: run:word
-- scan: the few lists of a node
-- may: core.screen
SELECT run FROM screening_run ORDER BY at DESC, run DESC LIMIT 1;

-- name: screening_waiting
-- in: reviewer:id   out: run:word, n:int
-- may: core.screen
SELECT run, COUNT(*) FROM screening_item WHERE reviewer = ?1 AND state IN ('new', 'needs_talk') GROUP BY run ORDER BY run;
