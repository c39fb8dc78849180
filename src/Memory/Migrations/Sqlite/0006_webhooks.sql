-- oldest program: 0.1.0
-- Where each outgoing webhook stands in the journal, and what is on its way. Not derived: it says what hosts sent. Times are microseconds since 1970-01-01 UTC.

create table webhooks (
  name text not null primary key,
  position integer not null,
  disabled integer not null default 0
) without rowid;
create table webhook_deliveries (
  id text not null primary key,
  webhook text not null,
  type text not null,
  body text not null,
  state text not null,
  made_at integer not null,
  since integer not null,
  next_at integer not null,
  attempts integer not null,
  status integer,
  detail text not null
) without rowid;
create index webhook_deliveries_newest on webhook_deliveries (webhook, made_at desc, id desc);
create index webhook_deliveries_due on webhook_deliveries (webhook, next_at) where state = 'waiting';
create index webhook_deliveries_over on webhook_deliveries (made_at);
