# root: tools
# run: /bin/bash
# modes: auto
# sed, grep, gawk, bc and jq on a table of made-up measurements: scripts as people write them, with work enough
# to become hot, and the errors that each reports.
export LC_ALL=C TZ=UTC
work=$(mktemp -d) && cd "$work" || exit 1
status() { echo "status $?"; }

gawk 'BEGIN {
  split("oslo rome cairo lima quito perth", city, " ")
  seed = 42
  for (i = 1; i <= 4000; i++) {
    seed = (seed * 1103515245 + 12345) % 2147483648
    printf "%05d %s %d.%02d %04d-%02d-%02d\n", i, city[int(seed / 65536) % 6 + 1], seed % 71 - 20, seed % 100, 1990 + i % 30, seed % 12 + 1, seed % 28 + 1
  }
}' > table
md5sum < table
head -n 3 table

echo == sed
sed -nE 's/^0*([0-9]+) (\w+) (-?[0-9.]+) .*/\2=\3/p' table | md5sum
sed -E '/rome/!d; s/[aeiou]/<&>/g; s/(.)(.)$/\2\1/' table | tail -n 2
sed -n '/ lima .*2001/{s/ .*//;H;}; ${x;s/\n/,/g;s/^,//;p;}' table
sed -e '1~500{=;n;d;}' -e '2,3999d' table | head -n 6
sed '100,$!d;105q' table | sed '$!N;s/\n/ | /;P;D' | tail -n 1
sed -n 'l 30;3q' <<< $'tab\there and a long line that is folded \001 by l'
printf '%s\n' a b c d e f | sed -n '2{h;d;};4{G;p;};$!{x;x;};${s/./[&]/;p;}'
printf 'one two\nthree\n' | sed 's/\b\(.\)/\u\1/g;y/abc/xyz/;s/o/0/2g;w copy'
cat copy
sed --expression='s/a/b/' -s -n '$=' table copy
sed 's/\(/x/' < copy; status
sed 'y/ab/c/' < copy; status
sed -n 'p' absent; status
sed -i.orig -E 's/([0-9]{2})-([0-9]{2})$/\2.\1/' table
cmp table table.orig | sed 's/.*: /differ: /'
mv table.orig table
seq 1 3000 | sed ':a;s/^\([0-9]*\)\([0-9]\{3\}\)\b/\1,\2/;ta;$!{N;ba};s/\n/+/g' | md5sum

echo == grep
grep -c oslo table
grep -cE '(lima|quito) -[0-9]+\.[05]' table
grep -nE '^0(1|2).* (19[0-9]{2})-12-25$' table | head -n 5
grep -oP '(?<=perth )-?\d+(?=\.\d{2})' table | sort -n | uniq -c | sort -rn | head -n 3
grep -vc 'o' table
grep -m 2 -b -i ROME table
grep -A 1 -B 1 -n '^00010 ' table
grep -E '(.)\1(.)\2' table | head -n 2
printf 'aXb\0cXd\0' | grep -z -o X | tr '\0' ' '
echo
grep -f <(printf 'cairo 1[0-9]\\.\n00777\n') table | wc -l
grep -xF 'nothing' table; status
grep '[' table; status
grep -P '(?<name' table; status
grep x absent; status
grep -r --include=cop? -l One . | sort
printf 'text\n\000binary X\n' > bin; grep X bin; grep -a -c X bin

echo == gawk
gawk '{ n[$2]++; s[$2] += $3; if (!($2 in m) || $3 > m[$2]) m[$2] = $3 }
  END { k = asorti(n, o); for (i = 1; i <= k; i++) printf "%-6s %4d %9.3f %6.2f\n", o[i], n[o[i]], s[o[i]] / n[o[i]], m[o[i]] }' table
gawk -F'[ -]' '{ y[$(NF - 2)]++ } END { PROCINFO["sorted_in"] = "@val_num_desc"; for (k in y) { print k, y[k]; if (++c == 3) exit } }' table
gawk 'function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } BEGIN { print fib(20) }'
gawk 'BEGIN { for (i = 2; i <= 20000; i++) if (!(i in c)) { p++; for (j = i * i; j <= 20000; j += i) c[j] } print p }'
gawk 'BEGIN { printf "%d %i %5.2e %g %G %x %o %c%c|%-8s|%08.3f|%+d|% d|%%\n", 2147483648, -3.9, 12345.678, 1e-5, 1e20, 255, 8, 65, "BC", "left", 3.14159, 5, 7 }'
gawk 'BEGIN { print sin(1), cos(2), atan2(-1, -1), exp(10), log(2), sqrt(7), int(-3.7), 2 ** 0.5, 7 % -3, -7 % 3, 1e308 * 10, -log(0) }'
gawk -M 'BEGIN { print 2 ^ 200; PREC = 200; print 1 / 3 }' | cut -c1-70
gawk 'BEGIN { s = "The quick brown fox"; print gensub(/(\w+) (\w+)/, "\\2 \\1", "g", s); print match(s, /(q\w+) (b\w+)/, a), a[1], a[2], RSTART, RLENGTH; print substr(s, 5, 5), index(s, "fox"), toupper(s); n = patsplit(s, w, /[a-z]+/, sep); print n, w[2], "[" sep[1] "]" }'
gawk 'BEGIN { RS = ""; FS = "\n" } { print NR ": " $1 "/" $NF }' <<< $'a\nb\n\nc\nd\ne'
gawk -v RS='[0-9]+' '{ print $0, RT; if (NR == 3) exit }' <<< 'ab12cd345ef6'
gawk 'BEGIN { cmd = "sort -n"; for (i = 5; i > 0; i--) print i * 7 % 5 |& cmd; close(cmd, "to"); while ((cmd |& getline x) > 0) printf "%s ", x; print close(cmd) }'
gawk 'BEGIN { print strftime("%Y-%m-%d %H:%M:%S", 1234567890, 1), mktime("2009 02 13 23 31 30"); print and(0xff, 0x0f), or(1, 6), xor(5, 3), lshift(1, 20), compl(0) % 1024 }'
gawk 'BEGIN { a["x"]["y"] = 1; a["x"]["z"] = 2; print length(a["x"]), isarray(a["x"]); g = "square"; print @g(4) } function square(n) { return n * n }'
gawk 'BEGIN { printf "to stderr\n" > "/dev/stderr"; print "x" > "made"; close("made"); getline l < "made"; print l; exit 41 }'; status
gawk 'BEGIN { print 1 / 0 }'; status
gawk 'BEGIN { print length( }'; status
gawk --lint=fatal 'BEGIN { x = y }' 2> /dev/null; status

echo == bc
bc -l <<< 'scale=60; 4*a(1); e(1); l(2); s(1)^2+c(1)^2; sqrt(2)'
bc <<< '2^1000; 123456789^20 % 1000000007; obase=16; 2^64-1; ibase=16; FF' | tr -d '\\\n'
echo
bc <<< 'define f(n) { if (n < 2) return (1); return (n * f(n - 1)); }
f(60)
for (i = 0; i < 5; ++i) { print i, ":", i^3, " " }
print "\n"
scale = 5; a[3] = 22/7; a[3]; length(2^100); scale(1.234)'
bc <<< '1/0'; status
bc <<< 'scale=2; 10/3; x=5; x^=2; x; (x > 3) && (x < 30); !x'
echo 'x = ; 3' | bc 2>&1 | sed 's/^/said: /'
seq 1 200 | paste -sd* | bc | tr -d '\\\n' | md5sum
dc -e '16 o 255 p 10 o [la1+dsa20>x]sx 0sa lxx la p 2 100 ^ p' 2> /dev/null || echo no dc

echo == jq
gawk '{ printf "{\"id\":%d,\"city\":\"%s\",\"t\":%s,\"date\":\"%s\"}\n", $1, $2, $3, $4 }' table > rows.json
jq -s -c 'group_by(.city) | map({city: .[0].city, n: length, mean: ((map(.t) | add) / length * 1000 | round / 1000), max: (map(.t) | max)})' rows.json
jq -r 'select(.t > 49 and .city == "rome") | [.id, .date, (.t | tostring)] | @csv' rows.json | head -n 3
jq -n -c '[limit(12; def f(a; b): a, f(b; a + b); f(0; 1))], [range(0; 20; 7)], ([3, 1, 2] | sort | reverse), ("a,b" / ","), ("x" * 3)'
jq -n -c '"2015-03-05T23:51:47Z" | fromdate, (fromdate | todate), (strptime("%Y-%m-%dT%H:%M:%SZ") | mktime)'
jq -c '.. | numbers' <<< '{"a":[1,{"b":2.5e3}],"c":-0.125}'
jq -c 'to_entries, (paths | tostring), del(.a[0]), (.c |= . + 1)' <<< '{"a":[1,2],"c":3}'
jq -r '@base64, @uri, @html, @sh, (test("b+")), (gsub("(?<x>[a-c])"; "<\(.x)>")), ascii_upcase, explode[0]' <<< '"abc & d"'
jq -S . <<< '{"b":[true,null,{"z":1e1000,"y":"\u00e9\ud83d\ude00"}],"a":0.1}'
jq --arg who me --argjson n 4 -n '{who: $who, n: ($n | sqrt), env: ($ENV.HOME)}'
jq -c 'reduce .[] as $x (0; . + $x), (foreach .[] as $x (0; . + $x; [$x, .]))' <<< '[1,2,3]'
jq -n '[range(100000)] | map(select(. % 7 == 0)) | add'
jq . <<< '{"a":}'; status
jq '.a.b' <<< '{"a":[1]}'; status
jq -e '.x' <<< '{"x":false}'; status
jq -n '"a" | error'; status
jq 'nosuch' <<< 1; status
rm -rf "$work"
