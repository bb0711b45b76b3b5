# root: tools
# run: /bin/bash
# modes: off auto
# npm test: no
# bash as a shell of jobs: pipes, traps, job control without a terminal, coprocesses, and what the statuses say.
# Process ids are never printed.

section() { printf '== %s\n' "$*"; }
status() { echo "status $?"; }
work=$(mktemp -d) && cd "$work" || exit 1

section pipes
seq 1 2000 | awk '{ s += $1 } END { print s }'
seq 1 100000 | head -n 1
yes | head -n 3
echo "statuses ${PIPESTATUS[*]}"
false | true | (exit 3)
echo "statuses ${PIPESTATUS[*]}"
set -o pipefail
false | true
status
yes | head -n 1 > /dev/null
status
set +o pipefail
echo one | { read -r a; echo "read $a"; cat; echo end; }
for i in 3 1 2; do echo "$i"; done | sort | while read -r n; do echo -n "<$n>"; done
echo
exec 7> out 8< <(seq 5 9)
echo to seven >&7
read -ru 8 first
read -ru 8 second
echo "from eight $first $second"
exec 7>&- 8<&-
cat out
mkfifo pipe
{ echo through; echo a pipe with a name; } > pipe &
cat pipe
wait
diff <(printf '1\n2\n3\n') <(printf '1\n3\n')
status
tee >(wc -c > counted) < out > /dev/null
until [ -s counted ]; do sleep 0.01; done
cat counted
ls missing 2>&1 >/dev/null | sed 's/^/error: /'
{ echo out; echo err >&2; } 2>&1 | sort
{ echo swapped >&2; } 3>&1 1>&2 2>&3 3>&- | cat

section subshells
x=outer
(x=inner; echo $x; exit 7)
echo "$? $x $BASH_SUBSHELL"
(echo "level $BASH_SUBSHELL"; (echo "level $BASH_SUBSHELL"))
v=$(echo captured; exit 9)
echo "$? $v"
sum=0
while read -r n; do ((sum += n)); done < <(seq 1 50)
echo $sum
shopt -s lastpipe
seq 1 4 | while read -r n; do last=$n; done
echo "last $last"

section traps
(trap 'echo caught TERM' TERM; kill -TERM $BASHPID; echo after)
(trap 'echo bye' EXIT; exit 5)
status
(trap 'echo usr1; exit 11' USR1; kill -USR1 $BASHPID; sleep 5)
status
(trap '' INT; kill -INT $BASHPID; echo ignored)
(trap 'echo error line' ERR; false; true; false)
f() { trap 'echo returned' RETURN; echo in f; }
f
trap - RETURN
(set -e; trap 'echo leaving with $?' EXIT; true; false; echo not here)
status
(trap 'echo -n "[$BASH_COMMAND]"' DEBUG; : one; : two; trap - DEBUG; echo)
trap 'echo chld' CHLD
set -m
(exit 0) &
wait $!
trap - CHLD
set +m
trap -p
(trap 'echo first' EXIT; trap 'echo second' EXIT)
(trap 'echo hup' HUP; trap -l | head -n 2; trap -p HUP)
bash -c 'trap "echo inner TERM" TERM; kill -TERM $$; echo survived'
# The shell's own words on the dead name their process ids.
{ bash -c 'kill -KILL $$'; } 2> /dev/null
status
{ bash -c 'kill -SEGV $$'; } 2> /dev/null
status
{ bash -c 'ulimit -c 0; kill -ABRT $$'; } 2> /dev/null
status
n=0
trap '((n++))' USR2
for i in 1 2 3 4 5; do kill -USR2 $$; done
echo "signals $n"
trap - USR2

section wait
sleep 0.05 & a=$!
(exit 4) & b=$!
wait $b
status
wait $a
status
wait 999999
status
(sleep 0.02; exit 21) &
(sleep 0.2; exit 22) &
wait -n
status
wait -n
status
wait -n
status
trap 'echo interrupted' USR1
me=$$
(sleep 0.05; kill -USR1 $me) &
sleep 0.4 & long=$!
wait $long
echo "above 128: $(($? > 128))"
wait $long
status
trap - USR1
wait
for i in 5 3 4; do (sleep 0.0$i; exit $i) & pids+=($!); done
for pid in "${pids[@]}"; do wait "$pid"; echo -n "$? "; done
echo
sleep 10 & victim=$!
kill $victim
wait $victim 2> /dev/null
status
sleep 10 & disown
kill %% 2> /dev/null
status
kill $!
timeout 0.1 sleep 5
status
{ timeout -s KILL 0.1 sleep 5; } 2> /dev/null
status
read -t 0.05 -r line < <(sleep 0.3)
echo "timed out: $(($? > 128))"

section job control
set -m
sleep 30 &
jobs
kill -STOP %1
sleep 0.1
jobs
bg %1 > /dev/null
jobs -s
jobs -r
kill %1
wait %1 2> /dev/null
status
(sleep 0.1; exit 6) &
fg %1 > /dev/null
status
sleep 20 & sleep 21 & sleep 22 &
jobs | wc -l
{ kill %1 %2 %3; wait; jobs > /dev/null; } 2> /dev/null
jobs
sleep 30 | sleep 30 &
[ "$(jobs -p | wc -l)" = 1 ] && echo one group for a pipe
{ kill %%; wait; jobs > /dev/null; } 2> /dev/null
ps_group=$(bash -c 'set -m; sleep 0.2 & kill -0 -$! && echo its own group; wait' 2> /dev/null)
echo "$ps_group"
suspend_test() { kill -STOP $BASHPID; echo resumed; }
suspend_test &
sleep 0.1
jobs %% | sed 's/ *suspend/ suspend/'
{ kill -CONT %1; wait; jobs > /dev/null; } 2> /dev/null
set +m

section coprocess
coproc DOUBLE { while read -r n; do echo $((n * 2)); done; }
for n in 1 21 500; do echo $n >&"${DOUBLE[1]}"; read -ru "${DOUBLE[0]}" twice; echo -n "$twice "; done
echo
eval "exec ${DOUBLE[1]}>&-"
wait "$DOUBLE_PID" 2> /dev/null
status

section many
for i in $(seq 1 60); do (echo "$i" > "file$i") & done
wait
cat file* | sort -n | md5sum
seq 1 300 | xargs -n 10 -P 4 sh -c 'echo "$#"' sh | sort | uniq -c | sed 's/^ *//'
f() { local n=$1; ((n == 0)) && { echo -n bottom; return; }; (f $((n - 1))); }
f 20
echo
printf '%s\n' {1..500} | sort -R | sort -n | cmp - <(seq 500) && echo sorted
exec 3<<< 'a here string'
cat <&3
exec 3<&-
cat << 'EOF' | tr a-z A-Z
here $document
EOF
exec 9> lock
flock -n 9 && echo locked
(flock -n 8 || echo refused) 8> lock
exec 9>&-
times > /dev/null
status
rm -rf "$work"
trap 'echo "the end, status $?"; kill -TERM $$' EXIT
exit 12
