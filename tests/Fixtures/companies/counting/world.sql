create table entries (number integer not null, step integer not null, at text not null);
create table aimanager_effects (key text primary key, result text, at text);
