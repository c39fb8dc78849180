-- oldest program: 0.1.0

-- What stays of an event whose body lies in an archive file: enough for the stream's chain to be followed through it, and to take it back in.
create table archived_events (
  position bigint primary key,
  stream text not null,
  seq integer not null,
  schema_version integer not null,
  at bigint not null,
  prev_hash bytea not null,
  hash bytea not null,
  unique (stream, seq)
);

-- The workflow whose events are archived; null for one whose events are here. What it spent goes on counting.
alter table ledger_entries add column archived text;
create index ledger_entries_archived on ledger_entries (archived) where archived is not null;

-- For the figures of whoever watches the service.
create index workflows_by_status on workflows (status);
