-- oldest program: 0.1.0
-- The hosts of a deployment. Times are microseconds since 1970-01-01 UTC, lease is microseconds.

create table nodes (
  node text collate "C" not null primary key,
  started_at bigint not null,
  heartbeat_at bigint not null,
  lease bigint not null,
  version text collate "C" not null,
  bundle text collate "C" not null,
  folder text collate "C",
  url text collate "C",
  draining integer not null,
  left_at bigint
);
