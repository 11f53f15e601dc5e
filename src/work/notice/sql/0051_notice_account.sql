-- projection: yes
-- What waits for one person.
CREATE INDEX notice_account ON notice (account, confirmed, seq);
