# root: debian
# run: /bin/bash
# GNU coreutils, one line or two each, on files of fixed content and time.
export LC_ALL=C TZ=UTC
umask 022
mkdir -p /etc
echo 'root:x:0:0:root:/root:/bin/bash' > /etc/passwd
echo 'root:x:0:' > /etc/group
rm -rf /tmp/core && mkdir -p /tmp/core && cd /tmp/core || exit 1
t() { echo "-- $*"; "$@"; local s=$?; [ $s = 0 ] || echo "status $s"; }
seq 1 30 > n; printf 'pear 3\napple 7\nfig 1\nquince 12\napple 2\n' > fruit; printf 'one\ttwo\nthree\tfour\n' > tabs
touch -d '2001-02-03 04:05:06' n fruit tabs
t ls -l --time-style=full-iso n fruit; t ls -1aF; t ls -s --block-size=1K n; t ls missing
t cp -a fruit f2; t cp -r . /tmp/core-copy; t ls /tmp/core-copy; rm -r /tmp/core-copy
t mv f2 f3; t ln f3 f4; t ln -s f3 f5; t stat -c '%n %s %h %F %a %U' f3 f4 f5; t readlink -e f5; t realpath --relative-to=/ f5
t mkdir -m 700 -p d/e; t rmdir -p d/e; t mktemp -u -p . x.XXX > /dev/null; t install -m 600 fruit d2; stat -c %a d2
t touch -d '1999-12-31 23:59:59' f3; stat -c %y f3; t touch -r n f3; stat -c %Y f3; t truncate -s 100 f3; t dd if=n of=o bs=10 count=2 seek=1 conv=notrunc status=none; od -An -c o | head -n 2
t chmod a=rwx,g-w f3; stat -c %A f3; t chown 5:6 f3; stat -c %u:%g f3; t chgrp 7 f3; t mkfifo p; stat -c %F p; t mknod z c 1 3; stat -c '%F %t %T' z; t sync
t cat -n fruit; t tac fruit; t nl -ba fruit; t head -n -2 fruit; t tail -n 2 n; t tail -c 5 n; t head -c 5 n
t od -A x -t x1z -N 16 n; t base64 fruit; t base32 tabs; t basenc --base16 tabs; t fold -s -w 6 fruit; t fmt -w 10 <<< 'a few words to be filled'; t pr -2 -t -l 5 n; t split -n 3 n s.; wc -c s.*; t csplit -s n 10 20; wc -l xx*
t wc fruit n; t sum n; t cksum n; t md5sum n; t sha1sum n; t sha224sum n; t sha256sum n; t sha384sum n; t sha512sum n; t b2sum n; md5sum n fruit > m; t md5sum -c m; echo bad > fruit2; t md5sum -c --quiet <(sed 's/fruit/fruit2/' m)
t sort fruit; t sort -k2n -k1r fruit; t sort -t ' ' -k1,1 -u fruit; t sort -c fruit; t sort -R --random-source=n fruit; t sort -V <<< $'a10\na9\na1'; t sort -h <<< $'2K\n1M\n3'; seq 20000 -1 1 | sort -n | md5sum; t shuf --random-source=n -n 3 n
t uniq -c <<< $'a\na\nb'; t uniq -u <<< $'a\na\nb'; t comm <(sort fruit) <(printf 'apple 2\nzoo\n'); t ptx -w 30 <<< 'some text'; t tsort <<< 'a b b c a c d a'; t cut -d' ' -f2 fruit; t cut -c2-4 --complement fruit; t paste -d: fruit n | head -n 4; t join <(sort fruit) <(printf 'apple red\nfig blue\n'); t tr 'a-y' 'b-z' < fruit; t tr -cd '0-9\n' < fruit; t expand -t 8 tabs; t unexpand -a <<< '        x'
t seq -f %03g 1 3; t seq 0.5 0.25 1.25; t factor 1234567890 18446744073709551557; t expr 3 + 4 \* 2; t expr abc \< abd; t numfmt --to=iec 123456789; t numfmt --from=si 5M; t printf '%d %s %x %.2f\n' 10 ten 255 1.005; t echo -e 'a\tb'; t yes x | head -n 2; t test -d /; t [ 1 -gt 2 ]
t basename -s .c /x/y.c; t dirname /x/y/z; t pathchk -p 'a b'; t pwd -P; t env -i X=1 env; t printenv HOME; t id; t id -un; t groups; t logname; t whoami; t tty; t nice; t nproc --ignore=100; t uname -s -m; t hostid > /dev/null; t arch; t date -u -d '2004-02-29 +1 year' +%F; t date -u -d @1000000000 '+%A %j %U %s'; t dircolors -b <<< 'DIR 01' ; t df . > /dev/null; t du -b fruit; t stty -a < /dev/null; t sleep 0.01; t timeout 0.1 sleep 3; t nohup true; t true; t false; t tee a b < tabs; cmp a b; t stdbuf -oL echo buffered; t link n n2; t unlink n2; t shred -u -n 1 b && ls b; t chroot / /bin/echo chrooted; t pinky -l nobody > /dev/null; t users > /dev/null; t who > /dev/null; t kill -l TERM 2> /dev/null; t runcon true > /dev/null 2>&1; t vdir --time-style=+%Y n | cut -d' ' -f1-4; t dir -m n fruit; t rm -rf p z s.* xx*; t ls | wc -l
exit 3
