-- oldest program: 0.1.0
-- When each message was tried, how long that took and what came of it; who let one be sent again. A task is found by its id. Times are microseconds since 1970-01-01 UTC.

alter table webhooks add column changed_at integer;
alter table webhooks add column changed_by text;
alter table webhook_deliveries add column tried_at integer;
alter table webhook_deliveries add column delivered_at integer;
alter table webhook_deliveries add column earlier integer not null default 0;
alter table webhook_deliveries add column again_by text;
create table webhook_attempts (
  id text not null,
  attempt integer not null,
  at integer not null,
  took integer not null,
  status integer,
  detail text not null,
  primary key (id, attempt)
) without rowid;
create index tasks_by_id on tasks (task);
