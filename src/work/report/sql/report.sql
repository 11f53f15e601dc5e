-- name: report_insert
-- in: id:id, case_id:id, num:int, form:word, form_version:word, kind:word, rule:word?, recipient:word?, previous:id?, seq:int, drafted:msec, missing:int
-- may: core.report
INSERT INTO report (id, case_id, num, form, form_version, kind, rule, recipient, previous, state, seq, drafted, missing)
 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'draft', ?10, ?11, ?12);

-- name: report_replace
-- in: case_id:id, form:word, rule:word, id:id
-- may: core.report
UPDATE report SET state = 'replaced' WHERE case_id = ?1 AND state = 'draft' AND form = ?2
 AND coalesce(rule, '') = ?3 AND id <> ?4;

-- name: report_submitted
-- in: id:id, seq:int, at:msec
-- may: core.report
UPDATE report SET state = 'submitted', submit_seq = ?2, submitted = ?3 WHERE id = ?1;

-- name: report_by_id
-- in: id:id   out: id:id, case_id:id, num:int, form:word, form_version:word, kind:word, rule:word?, recipient:word?, previous:id?, state:word, seq:int, drafted:msec, missing:int, submit_seq:int?, submitted:msec?
-- may: core.report
SELECT id, case_id, num, form, form_version, kind, rule, recipient, previous, state, seq, drafted, missing, submit_seq,
 submitted FROM report WHERE id = ?1;

-- name: report_of_case
-- in: case_id:id   out: id:id, case_id:id, num:int, form:word, form_version:word, kind:word, rule:word?, recipient:word?, previous:id?, state:word, seq:int, drafted:msec, missing:int, submit_seq:int?, submitted:msec?
-- may: core.report
SELECT id, case_id, num, form, form_version, kind, rule, recipient, previous, state, seq, drafted, missing, submit_seq,
 submitted FROM report WHERE case_id = ?1 ORDER BY num;
