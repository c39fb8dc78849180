-- oldest program: 0.1.0
-- What people have to do, by when: of all tasks there ever were, the few that are open are listed and counted.

create index tasks_open on tasks (coalesce(deadline, 9223372036854775807), task) where status not in ('done', 'failed', 'cancelled');
