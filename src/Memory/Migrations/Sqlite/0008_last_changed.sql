-- oldest program: 0.1.0
-- Workflows by when they changed last: agents of others ask for them so, a page at a time and since a moment.

create index streams_changed on streams (updated_at desc, stream desc);
