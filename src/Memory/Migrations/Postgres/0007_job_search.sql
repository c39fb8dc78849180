-- oldest program: 0.1.0
-- One outcome among very many has its own index. What is searched is too long for one here, and a scan of the table is quick.

create index job_runs_by_outcome on job_runs (outcome, started_at desc, id desc);
