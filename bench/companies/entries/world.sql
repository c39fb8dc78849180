create table entries (step integer not null, at text not null);
create table aimanager_effects (key text primary key, result text, at text);
