-- oldest program: 0.1.0
-- Where in the journal stands what auditors look for, by what it is about. Made from the journal behind it, up to the position in audit_through, and only then whole.
-- Times are microseconds since 1970-01-01 UTC.

create table audit_places (
  position bigint not null primary key,
  stream text collate "C" not null,
  seq integer not null,
  at bigint not null,
  -- What it is about, a word a line.
  words text collate "C" not null
);

create table audit_words (
  word text collate "C" not null,
  position bigint not null,
  primary key (word, position)
);

create table audit_through (
  one integer not null primary key check (one = 1),
  position bigint not null
);
insert into audit_through (one, position) values (1, 0);

-- How many events of a stretch of time are archived stands on the page for auditors.
create index archived_events_at on archived_events (at);

-- The newest attempt of each job.
create index job_runs_by_job on job_runs (job, started_at desc, id desc);
