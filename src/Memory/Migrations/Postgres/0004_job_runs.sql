-- oldest program: 0.1.0
-- Attempts of what recurs, one row each, written when it begins. Not derived from events: they say what hosts did. Times are microseconds since 1970-01-01 UTC.

create table job_runs (
  id text collate "C" not null primary key,
  job text collate "C" not null,
  set_off_by text collate "C" not null,
  node text collate "C" not null,
  scheduled_for bigint,
  started_at bigint not null,
  ended_at bigint,
  outcome text collate "C",
  detail text collate "C" not null,
  workflow text collate "C",
  attempt integer not null,
  -- Job, detail and workflow, case folded, for searching.
  searched text collate "C" not null
);
create index job_runs_newest on job_runs (started_at desc, id desc);
create index job_runs_open on job_runs (started_at) where ended_at is null;
create index job_runs_ended on job_runs (ended_at) where ended_at is not null;
