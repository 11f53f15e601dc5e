-- name: evidence_insert
-- in: seq:int, file:int, case_id:id, at:msec, actor:id, size:int, digest:word
-- may: core.case
INSERT INTO case_evidence (seq, file, case_id, at, actor, size, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);

-- name: evidence_of_case
-- in: case_id:id   out: seq:int, file:int, at:msec, actor:id, size:int, digest:word
-- may: core.case
SELECT seq, file, at, actor, size, digest FROM case_evidence WHERE case_id = ?1 ORDER BY seq DESC;

-- name: told_insert
-- in: seq:int, case_id:id, at:msec, day_only:bool, how:word, sent:int, returned:int, actor:id, sealed:bool
-- may: core.case
INSERT INTO case_told (seq, case_id, at, day_only, how, sent, returned, actor, sealed)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: told_of_case
-- in: case_id:id   out: seq:int, at:msec, day_only:bool, how:word, sent:int, returned:int, actor:id, sealed:bool
-- may: core.case
SELECT seq, at, day_only, how, sent, returned, actor, sealed FROM case_told WHERE case_id = ?1 ORDER BY at, seq;
