# root: tools
# run: /bin/bash
# tar, gzip, bzip2 and xz: what they pack, bit for bit, what they unpack, and what they say of damage.
export LC_ALL=C TZ=UTC
umask 022
work=$(mktemp -d) && cd "$work" || exit 1
status() { echo "status $?"; }

mkdir -p tree/deep/er tree/empty
gawk 'BEGIN { for (i = 0; i < 60000; i++) { s = (s * 69069 + 1) % 4294967296; printf "%s %d\n", (s % 3 ? "alpha" : "beta"), int(s / 1024) % 1000 } }' > tree/words
gawk 'BEGIN { for (i = 0; i < 120000; i++) { s = (s * 1664525 + 1013904223) % 4294967296; printf "%c", int(s / 16777216) } }' > tree/deep/noise
head -c 300000 /dev/zero > tree/deep/er/zeros
printf 'short\n' > 'tree/name with blanks'
: > tree/nothing
ln -s ../words tree/deep/link
ln tree/words tree/hard
mkfifo tree/pipe
truncate -s 1M tree/sparse
chmod 640 tree/nothing
find tree -exec touch -h -d '2007-08-09 10:11:12' {} +

echo == tar
plain="--sort=name --owner=0 --group=0 --numeric-owner --mtime=@1000000000"
for format in gnu ustar pax v7; do
  tar $plain --format=$format $([ $format = pax ] && echo --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime) -cf $format.tar tree
  md5sum $format.tar
done
tar $plain -tvf gnu.tar
mkdir out && tar -xpf gnu.tar -C out && diff -r --no-dereference -x pipe tree out/tree && echo the same
stat -c '%n %s %a %F %h %Y' out/tree/* out/tree/deep/* | sort
tar -xOf pax.tar tree/'name with blanks'
tar -tf gnu.tar --wildcards '*/deep/*'
tar --delete -f ustar.tar tree/hard tree/words && tar -tf ustar.tar | wc -l
tar -rf ustar.tar -C tree words && tar -tf ustar.tar | tail -n 1
tar $plain -cSf sparse.tar tree/sparse && stat -c %s sparse.tar
tar $plain -cf - tree | tar -tf - | md5sum
tar $plain -cf - --exclude='*/deep' --transform='s,^tree,wood,' tree | tar -tf -
tar -df gnu.tar tree && echo no difference
echo longer >> tree/nothing; tar -df gnu.tar; status
truncate -s 30000 gnu.tar; tar -tf gnu.tar > /dev/null; status
tar -xf tree/words; status
tar -cf /dev/null absent; status
n=$(printf 'd%.0s' {1..120}); mkdir -p "long/$n/$n"; echo x > "long/$n/$n/file"
tar $plain -cf long.tar long && tar -tf long.tar | md5sum
tar $plain -M -L 200 -cf v1.tar -F 'echo v2.tar >&$TAR_FD' tree 2> /dev/null; status

squeeze() {
  local tool=$1 ending=$2 level
  for level in $3; do
    $tool -k -c $level tree/words > words$level.$ending
    $tool -k -c $level tree/deep/noise > noise$level.$ending
    $tool -dc words$level.$ending | cmp - tree/words
    $tool -dc noise$level.$ending | cmp - tree/deep/noise
  done
  md5sum words*.$ending noise*.$ending
  $tool -c tree/deep/er/zeros | wc -c
  $tool -c tree/nothing | $tool -dc | wc -c
  cat words${3%% *}.$ending words${3%% *}.$ending | $tool -dc | wc -c
  $tool -t words*.$ending && echo intact
  cp words${3%% *}.$ending bad.$ending
  printf 'XXXX' | dd of=bad.$ending bs=1 seek=5000 conv=notrunc status=none
  $tool -t bad.$ending; status
  head -c 3000 words${3%% *}.$ending | $tool -dc > /dev/null; status
  echo not packed | $tool -dc; status
  $tool -d absent.$ending; status
  tar $plain -c --use-compress-program=$tool -f tree.tar.$ending tree && tar -tf tree.tar.$ending | wc -l
}
echo == gzip
squeeze 'gzip -n' gz '-1 -6 -9'
gzip -l words-9.gz noise-1.gz
cp tree/words w; gzip -n w; ls w*; gunzip w.gz; ls w; zcat words-1.gz | tail -n 1; zgrep -c beta words-6.gz; gzip w w; status
echo == bzip2
squeeze bzip2 bz2 '-1 -9'
bzcat words-9.bz2 | md5sum; bzip2recover words-1.bz2 2> /dev/null; ls rec*words* | wc -l
echo == xz
squeeze xz xz '-0 -6'
xz --robot -l words-6.xz noise-0.xz | cut -f1-4,6-
xz --format=lzma -c tree/words | md5sum; xz -T2 --block-size=200000 -c tree/words | xz -dc | md5sum
xz -c --x86 --lzma2=preset=3 /bin/ls | xz -dc | cmp - /bin/ls && echo filtered
xz --check=sha256 -c tree/words | xz -t - && echo checked
rm -rf "$work"
