-- projection: yes
-- The newest of the open threads first, for the first page.
CREATE INDEX thread_newest ON thread (over, last_seq);
