-- projection: yes
-- What waits for a person: recalls that came and were not answered.
CREATE INDEX inbox_recalled ON inbox (recalled);
