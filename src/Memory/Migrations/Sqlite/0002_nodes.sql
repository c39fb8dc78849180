-- oldest program: 0.1.0
-- The hosts of a deployment. Times are microseconds since 1970-01-01 UTC, lease is microseconds.

create table nodes (
  node text not null primary key,
  started_at integer not null,
  heartbeat_at integer not null,
  lease integer not null,
  version text not null,
  bundle text not null,
  folder text,
  url text,
  draining integer not null,
  left_at integer
);
