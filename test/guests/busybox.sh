# root: busybox
# run: /bin/busybox sh
# Debian's static busybox: its shell and some hundred of its applets on files of fixed content and time.
/bin/busybox mkdir -p /bin /tmp /etc /root
/bin/busybox --install -s /bin
cd /tmp || exit 1
rm -rf work && mkdir work && cd work || exit 1
umask 022
title() { echo "== $*"; }
status() { "$@"; echo "status $?"; }

title files
seq 1 20 > numbers
printf 'pear 3\napple 7\nfig 1\nquince 12\napple 2\n' > fruit
touch -d '2001-02-03 04:05:06' fruit numbers
ls -l fruit numbers | awk '{ print $1, $3, $4, $5, $6, $7, $8, $9 }'
cp -p fruit copy; mv copy moved; ln moved hard; ln -s moved soft
stat -c '%n %s %h %F %a' moved hard soft
readlink soft; readlink -f soft; realpath ./../work/soft
basename /a/b/c.txt .txt; dirname /a/b/c.txt
mkdir -p deep/er/est; touch deep/er/one deep/er/est/two
find deep | sort
find . -type f -name 't*' -o -type l | sort
du -a deep | wc -l
rmdir deep/er/est; status rmdir deep/er/est/none
chmod 640 moved; stat -c %a hard
chmod u+x,g-r,o=w moved; stat -c %A hard
chown 12:34 moved; stat -c '%u %g' hard
rm -r deep hard soft; ls
status cat missing
truncate -s 5 moved; wc -c < moved
dd if=numbers bs=7 count=3 skip=1 2>/dev/null | od -c
mkfifo pipe; (echo through the pipe > pipe) & cat pipe; wait
test -p pipe && echo is a fifo
cmp numbers fruit; cmp numbers numbers && echo same

title text
head -n 3 numbers; tail -n 2 numbers; tail -n +19 numbers
wc fruit
sort fruit; sort -k2 -n fruit; sort -u -k1,1 fruit; sort -r numbers | head -n 2
cut -d' ' -f1 fruit | uniq | tr a-z A-Z
cut -c1-3 fruit
uniq -c numbers | head -n 2
sort fruit | cut -d' ' -f1 | uniq -d
grep -n app fruit; grep -c e fruit; grep -v -i APP fruit; grep -E '^(fig|pear)' fruit; grep -o '[0-9]*$' fruit
fgrep . fruit || echo no dot
sed -n '2,3p' fruit; sed -e 's/\([a-z]*\) \([0-9]*\)/\2 \1/' -e '1d' fruit; sed '/fig/,$d' fruit
sed -i 's/pear/PEAR/' fruit; head -n 1 fruit
awk '{ s += $2; n[$1]++ } END { print s; for (k in n) if (n[k] > 1) print k, n[k] }' fruit
awk 'BEGIN { printf "%5.2f|%-6s|%04d|%x\n", 3.14159, "ab", 42, 255; print substr("hello", 2, 3), index("hello", "l"), length("xyz"), toupper("up") }'
awk -F: '{ print NF, $2 }' <<X
a:b:c
one:two
X
tr -d aeiou < fruit; tr -s l < /dev/null; echo aabbcc | tr -s abc; echo abc | tr abc xyz
rev fruit; tac fruit; nl fruit; fold -w 4 fruit | head -n 3
paste numbers fruit | head -n 6; paste -s -d, numbers
expand -t 4 <<X
a	b
X
printf '1\n2\n4\n' > left; printf '1\n3\n4\n' > right
diff left right; diff -u left right | tail -n +3
diff -u left right > change; cp left patched; patch patched change; cat patched
strings /bin/busybox | grep -c . > /dev/null && echo strings ran
xxd numbers | head -n 2; hexdump -C fruit | head -n 2; od -An -tx1 left
cat -n left; cat -A left
echo 'a b c d e' | xargs -n 2 echo pair; printf 'x y\0z\0' | xargs -0 -n 1 echo item
seq 5 -2 1; seq -s + 1 4; seq -w 8 10
shuf -i 1-5 | sort -n | tr '\n' ' '; echo
factor 360 97 1000003 2>/dev/null
expr 6 \* 7; expr length abcde; expr abc : 'a\(.\)c'; status expr 1 - 1
echo '2 3 + p' | dc; echo '3 * (4 + 5); 2^64; scale=5; 10/3' | bc 2>/dev/null
cal 2 2000 | head -n 3

title sums and archives
md5sum numbers; sha1sum numbers; sha256sum numbers; sha512sum numbers | cut -c1-40; sha3sum numbers | cut -c1-40; crc32 numbers
md5sum numbers left > sums; md5sum -c sums
base64 fruit; base64 fruit | base64 -d | cmp - fruit && echo base64 back
uuencode fruit name | head -n 2
touch -d '2001-02-03 04:05:06' left right numbers
tar cf all.tar left right numbers; tar tf all.tar; tar tvf all.tar | awk '{ print $1, $2, $3, $4, $5, $6 }'
mkdir out; tar xf all.tar -C out; ls out; cmp out/numbers numbers && echo tar back
gzip -c numbers > n.gz; gunzip -c n.gz | cmp - numbers && echo gzip back; zcat n.gz | tail -n 1
bzip2 -c numbers > n.bz2; bunzip2 -c n.bz2 | cmp - numbers && echo bzip2 back; bzcat n.bz2 | md5sum
tar czf all.tgz left right; tar tzf all.tgz
ls left right | cpio -o -H newc 2>/dev/null > c.cpio; cpio -t < c.cpio 2>/dev/null
unxz --help > /dev/null 2>&1; echo "unxz help $?"

title system
echo $((1 + 1)) `echo old style` $(id -u):$(id -g) $(whoami 2>/dev/null)
true; echo $?; false; echo $?
date -u -d @86400 '+%Y-%m-%d %H:%M:%S'; date -u -d '2000-01-01 12:00' +%s
env -i A=1 B=2 env | sort; env | grep -c PATH
sleep 0.05; usleep 1000; echo slept
timeout 1 sleep 0 && echo in time; timeout 0.2 sleep 5; echo "timeout $?"
time -f %x true 2>/dev/null; nohup echo nohup 2>/dev/null
which sh cat; [ -x /bin/sh ] && echo executable; test 3 -lt 4; echo $?
pwd; cd /; pwd; cd - > /dev/null
yes | head -n 2; yes no | head -n 1
tee t1 t2 < left > /dev/null; cat t1 t2 | wc -l
mktemp -u /tmp/name.XXXXXX | wc -c
sh -c 'kill -TERM $$'; echo "killed $?"; sh -c 'exit 7'; echo $?
dmesg --help > /dev/null 2>&1; hostid > /dev/null && echo hostid; nproc > /dev/null && echo nproc
uname -s; uname -m; arch 2>/dev/null
ps > /dev/null && echo ps; free > /dev/null && echo free; uptime > /dev/null && echo uptime
mknod zero c 1 5 && head -c 4 zero | od -An -tx1
tty; status cd /nowhere
ulimit -n 64; ulimit -n
cat /proc/self/comm; cut -d' ' -f2 /proc/self/stat

title shell
i=0; while [ $i -lt 5 ]; do i=$((i + 1)); [ $i = 3 ] && continue; [ $i = 5 ] && break; echo "loop $i"; done
until [ $i -le 0 ]; do i=$((i - 2)); done; echo $i
for a in x y "two words" *.tar; do echo "<$a>"; done
case hello.c in *.h) echo header;; *.c | *.cc) echo source;; esac
fact() { if [ $1 -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }; fact 10
local_test() { local v=inner; echo $v; }; v=outer; local_test; echo $v
echo ${v:-d} ${none:-default} ${v#ou} ${v%er} ${#v} ${v/t/T} ${none:+set} ${v:1:3}
set -- a 'b c' d; echo $#; shift; echo "$1"; for w; do echo "[$w]"; done; echo "$*" "$@"
IFS=:; set -- one:two:three; echo $1; x=a:b; for p in $x; do echo $p; done; unset IFS
cat <<X
here $((2 * 21)) $(echo doc) \$v
X
cat <<'X'
no $expansion
X
cat <<-X
	tabs gone
	X
(v=sub; exit 3); echo $? $v
{ echo a; echo b; } | { read x; read y; echo $y$x; }
echo out; echo err >&2; (echo both; echo both2 >&2) 2>&1 | sort
trap 'echo trapped exit' EXIT; trap 'echo usr1' USR1; kill -USR1 $$; trap - USR1
sh -c 'trap "echo bye; exit 4" TERM; kill $$; sleep 1'; echo $?
sleep 0.1 & wait $!; echo $?; (exit 9) & wait $!; echo $?
eval 'e=5; echo $e'; echo a b > spaced.txt; read -r p q < spaced.txt; echo $q-$p
echo $(( (1 << 10) | 3 )) $((17 % 5)) $((-7 / 2)) $((0x1f)) $((1 ? 2 : 3)) $((5 > 3 && 2 > 1))
printf '%s|%5d|%-5s|%05.1f|%c|%%|%o|%b\n' str 42 ab 3.14159 xyz 8 'a\tb'
echo 'one two three' | while read a b; do echo "$b/$a"; done
[ -f numbers ] && [ ! -d numbers ] && echo file tests; [ a \< b ] && echo order
set -e; false || echo survived; set +e; type cd; command -v echo
getopts ab: o -a -b val; echo $o; getopts ab: o -a -b val; echo $o $OPTARG
alias ll='echo alias'; ll 2>/dev/null || echo no alias
exec 3> three; echo into three >&3; exec 3>&-; cat three
find . -type f | xargs md5sum 2>/dev/null | sort | tail -n 3 > /dev/null; echo end of script
exit 5
