-- name: notice_insert
-- in: seq:int, case_id:id, rule:word, recipient:word, step:word, level:int, account:id, instead_of:id?, why:word, at:msec
-- may: core.notice
INSERT INTO notice (seq, case_id, rule, recipient, step, level, account, instead_of, why, at, confirmed, state, tries,
 next_try) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, 'queued', 0, ?10);

-- name: notice_of_case
-- in: case_id:id   out: seq:int, case_id:id, rule:word, recipient:word, step:word, level:int, account:id, instead_of:id?, why:word, at:msec, confirmed:msec, state:word, tries:int, next_try:msec
-- may: core.notice
SELECT seq, case_id, rule, recipient, step, level, account, instead_of, why, at, confirmed, state, tries, next_try
 FROM notice WHERE case_id = ?1 ORDER BY case_id, rule, recipient, seq;

-- name: notice_of_duty
-- in: case_id:id, rule:word, recipient:word   out: seq:int, case_id:id, rule:word, recipient:word, step:word, level:int, account:id, instead_of:id?, why:word, at:msec, confirmed:msec, state:word, tries:int, next_try:msec
-- may: core.notice
SELECT seq, case_id, rule, recipient, step, level, account, instead_of, why, at, confirmed, state, tries, next_try
 FROM notice WHERE case_id = ?1 AND rule = ?2 AND recipient = ?3 ORDER BY seq;

-- name: notice_of_account
-- in: account:id, most:int   out: seq:int, case_id:id, rule:word, recipient:word, step:word, level:int, account:id, instead_of:id?, why:word, at:msec, confirmed:msec, state:word, tries:int, next_try:msec
-- may: core.notice
SELECT n.seq, n.case_id, n.rule, n.recipient, n.step, n.level, n.account, n.instead_of, n.why, n.at, n.confirmed, n.state,
 n.tries, n.next_try FROM notice n JOIN duty d ON d.case_id = n.case_id AND d.rule = n.rule AND d.recipient = n.recipient
 WHERE n.account = ?1 AND n.confirmed = 0 AND d.state = 'open' ORDER BY d.sort_day, n.seq DESC LIMIT ?2;

-- name: notice_queue
-- in: now:msec, most:int   out: seq:int, case_id:id, rule:word, recipient:word, step:word, level:int, account:id, instead_of:id?, why:word, at:msec, confirmed:msec, state:word, tries:int, next_try:msec
-- may: core.notice
SELECT seq, case_id, rule, recipient, step, level, account, instead_of, why, at, confirmed, state, tries, next_try
 FROM notice WHERE state = 'queued' AND next_try <= ?1 ORDER BY state, next_try, seq LIMIT ?2;

-- name: notice_state
-- in: seq:int   out: state:word, tries:int
-- may: core.notice
SELECT state, tries FROM notice WHERE seq = ?1;

-- name: notice_set_state
-- in: seq:int, state:word, tries:int, next_try:msec
-- may: core.notice
UPDATE notice SET state = ?2, tries = ?3, next_try = ?4 WHERE seq = ?1;

-- name: notice_confirm
-- in: case_id:id, rule:word, recipient:word, at:msec
-- may: core.notice
UPDATE notice SET confirmed = ?4 WHERE case_id = ?1 AND rule = ?2 AND recipient = ?3 AND confirmed = 0;
