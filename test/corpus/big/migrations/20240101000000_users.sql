-- migrate:up
create table users (id integer, name text);

-- migrate:down
drop table users;
