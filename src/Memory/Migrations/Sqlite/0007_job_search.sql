-- oldest program: 0.1.0
-- Searching attempts reads this index alone, a third of the rows' bytes and in the order of the list; it serves the plain list too. One outcome among very many has its own.

create index job_runs_searched on job_runs (started_at desc, id desc, outcome, searched);
drop index job_runs_newest;
create index job_runs_by_outcome on job_runs (outcome, started_at desc, id desc);
