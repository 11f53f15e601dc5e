-- name: thread_desk
-- in: over:bool, aside:word, most:int   out: id:id
-- may: core.thread
SELECT id FROM thread WHERE over = ?1 AND NOT (kind = ?2 AND ours = 1) ORDER BY coalesce(due, 9007199254740991), seq LIMIT ?3;

-- name: thread_waiting_due
-- in: ours:word, aside:word, most:int   out: id:id
-- may: core.thread
SELECT id FROM thread WHERE over = 0 AND due IS NOT NULL AND NOT (kind = ?2 AND ours = 1) AND
	(SELECT node FROM thread_step WHERE thread = thread.id ORDER BY seq DESC LIMIT 1) <> ?1
	ORDER BY due, seq LIMIT ?3;

-- name: thread_waiting_free
-- in: ours:word, aside:word, most:int   out: id:id
-- may: core.thread
SELECT id FROM thread WHERE over = 0 AND due IS NULL AND NOT (kind = ?2 AND ours = 1) AND
	(SELECT node FROM thread_step WHERE thread = thread.id ORDER BY seq DESC LIMIT 1) <> ?1
	ORDER BY last_seq DESC LIMIT ?3;

-- name: thread_of_kind
-- in: kind:word, over:bool, most:int   out: id:id
-- may: core.thread
SELECT id FROM thread WHERE kind = ?1 AND over = ?2 ORDER BY seq DESC LIMIT ?3;

-- name: thread_last_node
-- in: thread:id   out: node:word
-- may: core.thread
SELECT node FROM thread_step WHERE thread = ?1 ORDER BY seq DESC LIMIT 1;

-- name: outbox_in_state
-- in: state:word, most:int   out: env:id
-- may: core.thread
SELECT env FROM outbox WHERE state = ?1 ORDER BY peer, eseq LIMIT ?2;

-- name: inbox_asked_back
-- in: after:msec, most:int   out: env:id
-- may: core.thread
SELECT env FROM inbox WHERE recalled > ?1 AND recall_answer IS NULL ORDER BY recalled LIMIT ?2;
