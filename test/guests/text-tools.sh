# root: debian
# run: /bin/dash
# sed, grep, gawk, mawk, find, xargs, diff, tar and gzip under dash: the loops and pipes of everyday scripts.
export LC_ALL=C TZ=UTC
umask 022
rm -rf /tmp/text && mkdir -p /tmp/text && cd /tmp/text || exit 1
i=1; while [ $i -le 60 ]; do echo "$i name$((i % 7)) $((i * i % 97)) $([ $((i % 2)) = 0 ] && echo even || echo odd)"; i=$((i + 1)); done > table
touch -d '2010-10-10 10:10:10' table

echo == sed
sed -n '1~10p;$=' table; sed '5,$d;s/name\([0-9]\)/<\1>/;y/eo/EO/' table; sed -E 's/^([0-9]+) (\w+)/\2 \1/;t;d' table | sed -n 3p
sed ':a;N;$!ba;s/\n/,/g' <<X
a
b
c
X
sed '1!G;h;$!d' <<X
first
second
third
X
sed -n '/name3/{=;p;q}' table; echo hello | sed 's/l/L/2;s/.*/&&/'; sed -i.bak '1i\
inserted
$a appended' table; sed -n '1p;$p' table; mv table.bak table; printf 'a1b22\n' | sed -E 's/[0-9]+/(&)/g;s/a/\U&x\E/'; sed --posix 's/x*/-/g' <<X
abc
X
sed 'bad command' table; echo "status $?"

echo == grep
grep -c even table; grep -n 'name3 .* odd' table | head -n 2; grep -oE '[0-9]+ (even|odd)$' table | sort -u | wc -l; grep -vE 'name[0-5]' table | head -n 2; grep -w 9 table; grep -A1 -B1 '^30 ' table; grep -P 'name(?=6)\d 1' table; grep -Fx 'none' table; echo "status $?"; grep x missing; echo "status $?"; grep -rl name . | sort; grep -z -c . table; grep -i NAME1 table -m 1; echo 'aXbXc' | grep -o 'X.'; grep -E '(a)\1' <<X
baab
X

echo == awk
for awk in gawk mawk; do
  echo "-- $awk"
  $awk '{ n[$2]++; s[$2] += $3 } END { for (k in n) print k, n[k], s[k] }' table | sort
  $awk -v limit=90 '$3 > limit { print $1 ":" $3; c++ } END { print c + 0 }' table
  $awk 'BEGIN { x = sprintf("%08.3f|%+d|%e|%c|%5s|%-5s|", 3.14159, 7, 12345.678, 65, "r", "l"); print x; print length(x), index(x, "|"), substr(x, 3, 4); print 2 ^ 10, 7 % 3, 1 / 3, 1e300 * 1e10, int(-3.7), sqrt(2), exp(1), log(10), sin(1), cos(1), atan2(1, 2) }'
  $awk 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) } BEGIN { print f(16) }'
  $awk 'BEGIN { n = split("a:b:c", p, ":"); for (i = n; i > 0; i--) printf "%s ", p[i]; s = "foo bar foo"; print gsub(/foo/, "[&]", s), s; print match("xxabc", /a.c/), RSTART, RLENGTH; while (("echo one; echo two" | getline l) > 0) print "got " l; print "to sort" | "sort -r"; close("sort -r"); exit 3 }'; echo "status $?"
  $awk 'NR % 20 == 0, NR % 20 == 2 { printf "%s%s", $1, NR % 5 ? "," : "\n" } END { print "" }' table
  $awk 'BEGIN { for (i = 1; i <= 2000; i++) a[i] = (i * 7919) % 1009; for (i in a) t += a[i] * 0.5; printf "%.1f\n", t }'
done
gawk 'BEGIN { PROCINFO["sorted_in"] = "@ind_num_asc"; a[10]; a[9]; a[1]; for (k in a) printf "%s ", k; print strftime("%F", 0, 1), gensub(/(a)(b)/, "\\2\\1", "g", "abab"), and(12, 10), strtonum("0x1f"), toupper("x"); n = asorti(a, b); print n, b[3] }'

echo == find and xargs
mkdir -p tree/a/b tree/c; for f in tree/one tree/a/two.txt tree/a/b/three.txt tree/c/four; do echo $f > $f; touch -d '2011-11-11' $f; done; ln -s ../one tree/c/link
find tree | sort; find tree -type f -name '*.txt' -printf '%p %s %d %TY\n' | sort; find tree -type l -o -empty; find tree -type f -size -2 -newer table -print | sort | wc -l; find tree -path '*/a/*' -prune -o -type f -print | sort; find tree -type f -exec cat {} + | sort; find tree -name one -exec sh -c 'echo "$1 found"' _ {} \;; find tree -type f -print0 | sort -z | xargs -0 -n 2 echo; echo 1 2 3 4 | xargs -n 1 -P 2 sh -c 'exit 0' ; echo a b | xargs -I{} echo '<{}>'; seq 1 5000 | xargs | wc; seq 1 5000 | xargs -s 4096 | wc -l; xargs false < /dev/null; echo "status $?"; echo x | xargs sh -c 'exit 255'; echo "status $?"; find tree -depth -delete; ls tree; echo "status $?"

echo == diff
head -n 20 table > old; sed -e 3d -e 's/^7 .*/changed/' -e '15a new line' old > new
diff old new; echo "status $?"; diff -u --label old --label new old new; diff -y -W 60 old new | head -n 8; diff -q old new; diff old old; cmp old new; sdiff -s -w 60 old new; diff3 -m old old new | head -n 3; diff -r . missing; echo "status $?"

echo == archives
tar --sort=name --owner=0 --group=0 --mtime=@0 -cf t.tar old new table; tar tvf t.tar; md5sum t.tar; mkdir x; tar xf t.tar -C x; diff -r x/old old && echo same; tar -C x -czf z.tgz .; tar tzf z.tgz | sort; tar xOf t.tar new | wc -l; tar --delete -f t.tar old; tar tf t.tar; tar xf none.tar; echo "status $?"
gzip -n -9 < table > t.gz; md5sum < t.gz; gzip -l t.gz | tail -n 1 | awk 2>/dev/null '{ print $1, $2 }'; gzip -dc t.gz | cmp - table && echo same; zcat t.gz | tail -n 1; gzip -t t.gz && echo intact; printf 'x' | dd of=t.gz bs=1 seek=20 conv=notrunc status=none; gzip -t t.gz 2> /dev/null; echo "status $?"; gzip -nk1 old; gunzip -c old.gz | md5sum; zgrep -c name table; zcmp old old.gz && echo zcmp; seq 1 20000 | gzip -n | gunzip | md5sum

echo == dash
f() { local x=$1; [ $x -gt 0 ] && { echo -n "$x "; f $((x - 1)); }; }; f 12; echo; trap 'echo bye' EXIT; (trap 'echo inner' EXIT; exit 4); echo $?; set -- c a b; for w; do echo $w; done | sort; echo ${w:-none} ${#w} ${w%b}; case $w in [a-c]) echo class;; esac; cat <<X | tr a-z A-Z
lower $(echo case) $((6 * 7))
X
exit 6
