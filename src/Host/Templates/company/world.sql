create table requests (id integer primary key, sender text not null, question text not null, answer text);
insert into requests (sender, question) values
  ('Robin', 'Is the office open on Friday?'),
  ('Sascha', 'Where do I hand in my badge?');
create table aimanager_effects (key text primary key, result text, at text);
