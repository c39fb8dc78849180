-- oldest program: 0.1.0
-- What budgets count besides money and models: calls of tools, how long calls take (microseconds), people addressed. The previous program writes rows without
-- them, which is right: it knows no budget that counts them.

alter table ledgers add column tool_calls integer not null default 0 check (typeof(tool_calls) = 'integer');
alter table ledgers add column time integer not null default 0 check (typeof(time) = 'integer');
alter table ledgers add column recipients integer not null default 0 check (typeof(recipients) = 'integer');
alter table ledger_entries add column tool_calls integer not null default 0;
alter table ledger_entries add column time integer not null default 0;
alter table ledger_entries add column recipients integer not null default 0;
