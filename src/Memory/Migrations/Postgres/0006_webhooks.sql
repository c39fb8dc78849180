-- oldest program: 0.1.0
-- Where each outgoing webhook stands in the journal, and what is on its way. Not derived: it says what hosts sent. Times are microseconds since 1970-01-01 UTC.

create table webhooks (
  name text collate "C" not null primary key,
  position bigint not null,
  disabled integer not null default 0
);
create table webhook_deliveries (
  id text collate "C" not null primary key,
  webhook text collate "C" not null,
  type text collate "C" not null,
  body text collate "C" not null,
  state text collate "C" not null,
  made_at bigint not null,
  since bigint not null,
  next_at bigint not null,
  attempts integer not null,
  status integer,
  detail text collate "C" not null
);
create index webhook_deliveries_newest on webhook_deliveries (webhook, made_at desc, id desc);
create index webhook_deliveries_due on webhook_deliveries (webhook, next_at) where state = 'waiting';
create index webhook_deliveries_over on webhook_deliveries (made_at);
