# root: tools
# run: /bin/bash
# modes: auto
# sqlite3: queries, windows, recursion, JSON, full text, triggers, transactions of several processes, WAL, errors.
export LC_ALL=C TZ=UTC
work=$(mktemp -d) && cd "$work" || exit 1
status() { echo "status $?"; }
sqlite3 data.db << 'EOF'
.mode list
PRAGMA journal_mode;
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born DATE, score REAL DEFAULT 0, CHECK (score >= 0));
CREATE TABLE sale(id INTEGER PRIMARY KEY, person INTEGER REFERENCES person(id) ON DELETE CASCADE, amount REAL, day TEXT, note BLOB);
CREATE INDEX sale_person ON sale(person, day);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
INSERT INTO person SELECT i, printf('person%03d', i), date('1950-01-01', (i * 137 % 20000) || ' days'), i * 7919 % 1000 / 10.0 FROM n;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
INSERT INTO sale SELECT i, i * 31 % 200 + 1, (i * 7919 % 10007) / 100.0, date('2020-01-01', (i * 53 % 730) || ' days'), CASE WHEN i % 10 = 0 THEN zeroblob(i % 50) ELSE hex(i) END FROM n;
COMMIT;
SELECT count(*), sum(amount), avg(amount), min(day), max(day), total(length(note)) FROM sale;
SELECT p.name, count(*) AS n, round(sum(s.amount), 2) AS total FROM person p JOIN sale s ON s.person = p.id WHERE s.day BETWEEN '2020-03-01' AND '2020-06-30' GROUP BY p.id HAVING n > 10 ORDER BY total DESC, p.name LIMIT 5;
SELECT strftime('%Y-%m', day) AS month, count(*), round(sum(amount)) FROM sale GROUP BY month ORDER BY month LIMIT 6;
SELECT name, score, rank() OVER (ORDER BY score DESC), ntile(4) OVER w, lag(name, 2, '-') OVER w, sum(score) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM person WINDOW w AS (ORDER BY id) LIMIT 6;
WITH RECURSIVE fib(a, b, n) AS (SELECT 0, 1, 1 UNION ALL SELECT b, a + b, n + 1 FROM fib WHERE n < 60) SELECT group_concat(a) FROM fib WHERE n % 10 = 0;
WITH RECURSIVE xaxis(x) AS (VALUES(-2.0) UNION ALL SELECT x + 0.1 FROM xaxis WHERE x < 1.0), yaxis(y) AS (VALUES(-1.0) UNION ALL SELECT y + 0.2 FROM yaxis WHERE y < 1.0), m(iter, cx, cy, x, y) AS (SELECT 0, x, y, 0.0, 0.0 FROM xaxis, yaxis UNION ALL SELECT iter + 1, cx, cy, x * x - y * y + cx, 2.0 * x * y + cy FROM m WHERE (x * x + y * y) < 4.0 AND iter < 28), m2(iter, cx, cy) AS (SELECT max(iter), cx, cy FROM m GROUP BY cx, cy), a(t) AS (SELECT group_concat(substr(' .+*#', 1 + min(iter / 7, 4), 1), '') FROM m2 GROUP BY cy) SELECT group_concat(rtrim(t), x'0a') FROM a;
EXPLAIN QUERY PLAN SELECT * FROM sale WHERE person = 5 AND day > '2021-01-01' ORDER BY day;
SELECT json_object('a', json_array(1, 2.5, 'x', NULL), 'b', json('{"c":true}')), json_extract('{"a":[1,{"b":"deep"}]}', '$.a[1].b'), (SELECT group_concat(key || '=' || value) FROM json_each('{"x":1,"y":[2]}')), json_set('{"a":1}', '$.b', 2), '{"q":7}' ->> 'q';
CREATE VIRTUAL TABLE doc USING fts5(title, body, tokenize = 'porter');
INSERT INTO doc VALUES ('first', 'The quick brown fox jumps over lazy dogs'), ('second', 'Running foxes are quicker'), ('third', 'Nothing of the kind');
SELECT title, snippet(doc, 1, '[', ']', '..', 4) FROM doc WHERE doc MATCH 'fox AND quick*' ORDER BY rank;
CREATE TABLE log(what);
CREATE TRIGGER scored AFTER UPDATE OF score ON person WHEN new.score > 99 BEGIN INSERT INTO log VALUES (old.name || ' ' || old.score || '->' || new.score); END;
UPDATE person SET score = score + 95 WHERE id <= 5; SELECT * FROM log; SELECT changes(), total_changes() > 0;
INSERT INTO person(id, name, score) VALUES (1, 'again', 5) ON CONFLICT(id) DO UPDATE SET score = excluded.score RETURNING id, name, score;
PRAGMA foreign_keys = ON; DELETE FROM person WHERE id = 7; SELECT count(*) FROM sale WHERE person = 7;
SAVEPOINT one; DELETE FROM sale; SELECT count(*) FROM sale; ROLLBACK TO one; RELEASE one; SELECT count(*) FROM sale;
CREATE VIEW best AS SELECT name FROM person ORDER BY score DESC LIMIT 3; SELECT * FROM best;
ALTER TABLE person ADD COLUMN note TEXT DEFAULT 'none'; ALTER TABLE person RENAME COLUMN note TO remark; SELECT DISTINCT remark FROM person;
CREATE TABLE strict_one(a INT, b TEXT, c ANY) STRICT; INSERT INTO strict_one VALUES ('12', 5, x'00ff'); SELECT a, typeof(a), typeof(b), hex(c) FROM strict_one;
SELECT 1 UNION SELECT 2 EXCEPT SELECT 1; SELECT 5 / 2, 5 % 3, 5.0 / 2, 1e100, 9223372036854775807 + 1, -9223372036854775808, 'a' || 1, x'414243', abs(-3), round(2.5), 'abc' LIKE 'A%', 'abc' GLOB 'a*', NULL IS NULL, iif(1, 'y', 'n'), cast('12abc' AS INT), quote('it''s'), unicode('€'), char(8364), instr('hello', 'l'), replace('aXa', 'X', '-'), hex(zeroblob(1)), typeof(1.0), likelihood(1, 0.5);
SELECT julianday('2000-01-01 12:00'), datetime(1000000000, 'unixepoch'), date('2024-01-31', '+1 month'), strftime('%s %j %W', '2004-02-29'), time('12:00', '-90 minutes');
PRAGMA integrity_check; ANALYZE; VACUUM; PRAGMA page_count; PRAGMA freelist_count;
EOF
status
sqlite3 data.db .dump | md5sum
sqlite3 -header -csv data.db 'SELECT id, name, born FROM person LIMIT 3'; sqlite3 -json data.db 'SELECT id, score FROM person LIMIT 2'; sqlite3 -box data.db 'SELECT name, born FROM person LIMIT 2'
sqlite3 -csv data.db 'SELECT * FROM person' > person.csv; sqlite3 copy.db '.mode csv' '.import person.csv imported' 'SELECT count(*) FROM imported'; sqlite3 data.db '.backup saved.db' && sqlite3 saved.db 'SELECT count(*) FROM sale'; sqlite3 data.db .schema | md5sum
echo == several processes
sqlite3 shared.db 'PRAGMA journal_mode = WAL; CREATE TABLE t(who, n)'
for who in 1 2 3 4; do for n in 1 2 3 4 5; do echo ".timeout 20000
INSERT INTO t VALUES ($who, $n);"; done | sqlite3 shared.db & done; wait
sqlite3 shared.db 'SELECT who, group_concat(n) FROM (SELECT * FROM t ORDER BY who, n) GROUP BY who; PRAGMA wal_checkpoint(TRUNCATE)'
mkfifo gate; (echo 'BEGIN EXCLUSIVE; INSERT INTO t VALUES (9, 9);'; cat gate; echo 'ROLLBACK;') | sqlite3 shared.db & sleep 0.5
sqlite3 shared.db 'INSERT INTO t VALUES (5, 5)'; status; sqlite3 shared.db 'SELECT count(*) FROM t'; : > gate; wait; sqlite3 shared.db 'INSERT INTO t VALUES (5, 5)'; status
echo == errors
sqlite3 data.db 'SELECT nosuch FROM person'; status; sqlite3 data.db "INSERT INTO person(name) VALUES ('person001')"; status; sqlite3 data.db 'SELEC 1'; status; sqlite3 -bail data.db 'SELECT 1; SELECT * FROM none; SELECT 2'; status
printf 'not a database at all, but long enough to be read as one, page by page; filler filler filler filler\n' > bad.db; sqlite3 bad.db 'SELECT * FROM t'; status; sqlite3 -readonly data.db 'DELETE FROM person'; status; sqlite3 data.db "SELECT json('{bad')"; status
rm -rf "$work"
