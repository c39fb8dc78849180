-- oldest program: 0.1.0
-- Times are microseconds since 1970-01-01 UTC. Money is in millionths and model cost in billionths of the currency's unit.
-- Text sorts and compares by its bytes, whatever the database's own collation, as it does on SQLite.

-- One at a time and in order (cache 1): a reader of all streams relies on it.
create sequence events_position as bigint;

create table events (
  position bigint not null primary key,
  stream text collate "C" not null,
  seq integer not null,
  type text collate "C" not null,
  schema_version integer not null,
  at bigint not null,
  actor text collate "C" not null,
  cause text collate "C" not null,
  payload bytea not null,
  prev_hash bytea not null,
  hash bytea not null,
  unique (stream, seq)
);
-- Payloads are JSON of a few hundred bytes: compressing them costs more than it saves, and large ones are in blobs.
alter table events alter column payload set storage external;

create table streams (
  stream text collate "C" not null primary key,
  seq integer not null,
  hash bytea not null,
  updated_at bigint not null,
  max_schema integer not null,
  priority integer not null default 0,
  epoch bigint not null default 0,
  owner text collate "C",
  lease_until bigint,
  runnable integer not null default 0,
  woken_at bigint not null default 0
) with (fillfactor = 70);
create index streams_runnable on streams (priority desc, woken_at) where runnable = 1;
create index streams_leased on streams (lease_until) where lease_until is not null;

create table blobs (
  digest text collate "C" not null primary key,
  content bytea not null
);

create table envelope_keys (
  kid text collate "C" not null primary key,
  person text collate "C" not null unique,
  secret bytea not null,
  created_at bigint not null
);

create table workflows (
  workflow text collate "C" not null primary key,
  goal text collate "C" not null,
  goal_folded text collate "C" not null,
  requester text collate "C" not null,
  status text collate "C" not null,
  is_open integer not null,
  playbook text collate "C",
  singleton text collate "C",
  priority integer not null,
  submitted_at bigint not null,
  tasks_done integer not null,
  tasks_total integer not null
) with (fillfactor = 70);
create index workflows_newest on workflows (submitted_at desc, workflow desc);
create index workflows_open on workflows (submitted_at, workflow) where is_open = 1;
create index workflows_singleton on workflows (singleton) where singleton is not null;
create index workflows_requester on workflows (requester);

create table tasks (
  workflow text collate "C" not null,
  task text collate "C" not null,
  key text collate "C" not null,
  title text collate "C" not null,
  status text collate "C" not null,
  executor text collate "C",
  deadline bigint,
  primary key (workflow, task)
) with (fillfactor = 70);
create index tasks_by_executor on tasks (executor) where executor is not null;

create table approvals (
  approval text collate "C" not null primary key,
  workflow text collate "C" not null,
  status text collate "C" not null,
  roles text collate "C" not null,
  expires_at bigint not null,
  requested_at bigint not null
);
create index approvals_by_status on approvals (status, requested_at);
create index approvals_by_workflow on approvals (workflow);

create table escalations (
  escalation text collate "C" not null primary key,
  workflow text collate "C" not null,
  kind text collate "C" not null,
  role text collate "C" not null,
  status text collate "C" not null,
  question text collate "C" not null,
  raised_at bigint not null
);
create index escalations_by_status on escalations (status, raised_at);
create index escalations_by_workflow on escalations (workflow);

-- woken: the row's time has come and a claim has turned it into runnable; it wakes nobody a second time.
create table due (
  stream text collate "C" not null,
  kind text collate "C" not null,
  key text collate "C" not null,
  at bigint not null,
  woken integer not null default 0,
  primary key (stream, kind, key)
);
create index due_next on due (at) where woken = 0;

-- What is reserved and settled, together; a total that leaves the 64 bits is refused, not rounded.
create table ledgers (
  budget text collate "C" not null,
  key text collate "C" not null,
  period text collate "C" not null,
  money bigint not null,
  model_cost bigint not null,
  tokens bigint not null,
  calls bigint not null,
  primary key (budget, key, period)
) with (fillfactor = 50);

create table ledger_entries (
  entry text collate "C" not null,
  budget text collate "C" not null,
  key text collate "C" not null,
  period text collate "C" not null,
  at bigint not null,
  money bigint not null,
  model_cost bigint not null,
  tokens bigint not null,
  calls bigint not null,
  settled integer not null default 0,
  primary key (entry, budget, key, period)
);
create index ledger_entries_of_ledger on ledger_entries (budget, key, period, at);
