-- migrate:up
insert into users values (1, 'Ada'), (2, 'Alan');

-- migrate:down
delete from users;
