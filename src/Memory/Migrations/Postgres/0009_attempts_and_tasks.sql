-- oldest program: 0.1.0
-- When each message was tried, how long that took and what came of it; who let one be sent again. A task is found by its id. Times are microseconds since 1970-01-01 UTC.

alter table webhooks add column changed_at bigint;
alter table webhooks add column changed_by text collate "C";
alter table webhook_deliveries add column tried_at bigint;
alter table webhook_deliveries add column delivered_at bigint;
alter table webhook_deliveries add column earlier integer not null default 0;
alter table webhook_deliveries add column again_by text collate "C";
create table webhook_attempts (
  id text collate "C" not null,
  attempt integer not null,
  at bigint not null,
  took bigint not null,
  status integer,
  detail text collate "C" not null,
  primary key (id, attempt)
);
create index tasks_by_id on tasks (task);
