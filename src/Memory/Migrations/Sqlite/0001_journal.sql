-- oldest program: 0.1.0
-- Times are microseconds since 1970-01-01 UTC. Money is in millionths and model cost in billionths of the currency's unit.

create table events (
  position integer primary key,
  stream text not null,
  seq integer not null,
  type text not null,
  schema_version integer not null,
  at integer not null,
  actor text not null,
  cause text not null,
  payload blob not null,
  prev_hash blob not null,
  hash blob not null,
  -- SHA-256(order_hash of the position before, position as 8 bytes big endian, hash): ties the streams together, so that swapping
  -- positions between streams or taking a whole stream away shows.
  order_hash blob not null,
  unique (stream, seq)
);

create table streams (
  stream text not null primary key,
  seq integer not null,
  hash blob not null,
  updated_at integer not null,
  max_schema integer not null,
  priority integer not null default 0,
  epoch integer not null default 0,
  owner text,
  lease_until integer,
  runnable integer not null default 0,
  woken_at integer not null default 0
) without rowid;
create index streams_runnable on streams (priority desc, woken_at) where runnable = 1;
create index streams_leased on streams (lease_until) where lease_until is not null;

create table blobs (
  digest text not null primary key,
  content blob not null
);

create table envelope_keys (
  kid text not null primary key,
  person text not null unique,
  secret blob not null,
  created_at integer not null
) without rowid;

create table workflows (
  workflow text not null primary key,
  goal text not null,
  goal_folded text not null,
  requester text not null,
  status text not null,
  is_open integer not null,
  playbook text,
  singleton text,
  priority integer not null,
  submitted_at integer not null,
  tasks_done integer not null,
  tasks_total integer not null
);
create index workflows_newest on workflows (submitted_at desc, workflow desc);
create index workflows_open on workflows (submitted_at, workflow) where is_open = 1;
create index workflows_singleton on workflows (singleton) where singleton is not null;

create table tasks (
  workflow text not null,
  task text not null,
  key text not null,
  title text not null,
  status text not null,
  executor text,
  deadline integer,
  primary key (workflow, task)
) without rowid;
create index tasks_by_executor on tasks (executor) where executor is not null;

create table approvals (
  approval text not null primary key,
  workflow text not null,
  status text not null,
  roles text not null,
  expires_at integer not null,
  requested_at integer not null
) without rowid;
create index approvals_by_status on approvals (status, requested_at);
create index approvals_by_workflow on approvals (workflow);

create table escalations (
  escalation text not null primary key,
  workflow text not null,
  kind text not null,
  role text not null,
  status text not null,
  question text not null,
  raised_at integer not null
) without rowid;
create index escalations_by_status on escalations (status, raised_at);
create index escalations_by_workflow on escalations (workflow);

-- woken: the row's time has come and a claim has turned it into runnable; it wakes nobody a second time.
create table due (
  stream text not null,
  kind text not null,
  key text not null,
  at integer not null,
  woken integer not null default 0,
  primary key (stream, kind, key)
) without rowid;
create index due_next on due (at) where woken = 0;

-- What is reserved and settled, together; a total that leaves the 64 bits is refused, not rounded.
create table ledgers (
  budget text not null,
  key text not null,
  period text not null,
  money integer not null check (typeof(money) = 'integer'),
  model_cost integer not null check (typeof(model_cost) = 'integer'),
  tokens integer not null check (typeof(tokens) = 'integer'),
  calls integer not null check (typeof(calls) = 'integer'),
  primary key (budget, key, period)
) without rowid;

create table ledger_entries (
  entry text not null,
  budget text not null,
  key text not null,
  period text not null,
  at integer not null,
  money integer not null,
  model_cost integer not null,
  tokens integer not null,
  calls integer not null,
  settled integer not null default 0,
  primary key (entry, budget, key, period)
) without rowid;
create index ledger_entries_rolling on ledger_entries (budget, key, at) where period = 'rolling';
