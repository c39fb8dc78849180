-- oldest program: 0.1.0
-- What lists of escalations say beside the question, so that no workflow has to be read for it. It holds while told_status is the status: a release before changes the one and does not know the other.
-- Times are microseconds since 1970-01-01 UTC.

alter table escalations add column task text collate "C";
alter table escalations add column choices text collate "C";
alter table escalations add column deadline bigint;
alter table escalations add column answer text collate "C";
alter table escalations add column answered_by text collate "C";
alter table escalations add column told_status text collate "C";
