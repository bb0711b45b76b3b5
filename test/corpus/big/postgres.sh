# A cluster is made and used in single-user mode, as the user that owns it. /pg is the package.
mkdir /tmp/data && chown 65534:65534 /tmp/data
as_user() { chroot --userspec=65534:65534 --groups= / "$@"; }
as_user /pg/bin/initdb -D /tmp/data --no-locale -E UTF8 -U postgres --no-sync > /tmp/log 2>&1
echo "initdb ended with $?"
grep -c '\.\.\. ok$' /tmp/log
as_user /pg/bin/postgres --single -F -D /tmp/data postgres << 'END' 2>&1 | grep -v 'LOG:\|^	*$' | sed 's/^.* UTC \[[0-9]*\] //'
create table t (id int primary key, name text, v float8);
insert into t select i, 'n' || i, i * 1.5 from generate_series(1, 1000) i;
select count(*), sum(v), avg(v), min(name), max(name) from t;
select md5(string_agg(name, ',' order by id)) from t where id < 100;
explain select * from t where id = 5;
create function f(n int) returns int language plpgsql as $$ begin if n < 2 then return n; end if; return f(n-1) + f(n-2); end $$;
select f(12), 2::numeric ^ 100, sqrt(2.0::float8), to_char(timestamp '2024-02-29 12:34:56', 'Day DD Mon YYYY');
select 1/0;
END
