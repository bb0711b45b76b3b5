# root: debian
# run: /bin/bash
# bash's own language: expansions, arrays, arithmetic, redirections, traps, jobs, functions, regular expressions.
export LC_ALL=C
mkdir -p /tmp/bash && cd /tmp/bash || exit 1
echo "bash ${BASH_VERSINFO[0]}"

echo == expansion
v='Hello World'; f=/usr/share/doc/file.tar.gz
echo "${v,,} ${v^^} ${v~~} ${v:6} ${v: -3} ${v:0:4} ${v/o/0} ${v//o/0} ${v/#Hell/J} ${v/%World/all} ${#v}"
echo "${f##*/} ${f%/*} ${f%%.*} ${f#*.} ${none-unset} ${none=assigned} $none ${v@Q}"
echo {a,b}{1..3} {10..1..3} {a..e} pre{x,y}post
touch a.c b.c c.h .hidden; echo *.c; shopt -s nullglob; echo none*; shopt -u nullglob; echo none*; shopt -s extglob
echo !(*.c) @(a|c).?
echo ~root $'tab\there' $'\x41\u42' "$(printf '%s-' a b c)" `echo tick`
set -- one 'two words' three; printf '<%s>' "$@"; echo; printf '<%s>' $*; echo; echo "${@:2:1}" "${!#}" $#
name=v; echo "${!name}"; declare -n ref=v; ref=changed; echo $v

echo == arrays
a=(x y 'z z'); a+=(w); a[7]=seven; echo "${a[@]}" ${#a[@]} "${!a[@]}" "${a[@]:1:2}" "${a[-1]}"
unset 'a[1]'; echo "${a[*]}"; for i in "${!a[@]}"; do echo "$i=${a[i]}"; done
declare -A m=([red]=1 [green]=2 [blue]=3); m[black]=0
for k in $(printf '%s\n' "${!m[@]}" | sort); do echo "$k ${m[$k]}"; done; [[ -v m[red] ]] && echo has red
mapfile -t lines < <(printf 'l1\nl2\nl3\n'); echo "${#lines[@]} ${lines[2]}"
IFS=, read -ra parts <<< 'p,q,r'; echo "${parts[1]}"; (IFS=+; echo "${parts[*]}")

echo == arithmetic
echo $((2 ** 40)) $((7 / 2)) $((-7 % 3)) $((1 << 33)) $((0xff & 0x0f)) $((16#ff)) $((2#1011)) $((010)) $((3 > 2 ? 10 : 20))
x=5; ((x++, x *= 3)); echo $x; let 'y = x % 7' z=y+1; echo $y $z; ((0)) || echo zero is false
for ((i = 0, j = 10; i < j; i += 3, j--)); do echo -n "$i:$j "; done; echo
echo $((9223372036854775807 + 1)) $((-9223372036854775808)) $((0x7fffffff * 3)) $((~5)) $((!3))
a1=0 b1=1; for _ in {1..60}; do ((t = a1 + b1, a1 = b1, b1 = t)); done; echo $a1
( echo $((1 / 0)) ) 2>&1; echo "status $?"

echo == conditions
[[ abc == a*c && abc != a?d ]] && echo glob; [[ abc123 =~ ^([a-z]+)([0-9]+)$ ]] && echo "${BASH_REMATCH[1]}/${BASH_REMATCH[2]}"
[[ -f a.c && ! -d a.c && -e /dev/null && -c /dev/null ]] && echo files; [[ 3 -lt 20 ]] && echo number; [[ 3 < 20 ]] || echo text
case $v in (ch*) echo first ;;& (*ed) echo second ;& (zzz) echo through ;; (*) echo never ;; esac
if ! false; then echo not; elif true; then echo never; else echo never; fi
true && false || echo chain; ! true; echo $?

echo == functions
f() { local v=local; g; echo "f $v $FUNCNAME $# $1"; return 3; }; g() { echo "g sees $v"; v=by-g; }
f arg1 arg2; echo $? $v; r() { (( $1 > 0 )) && { echo -n "$1 "; r $(($1 - 1)); }; }; r 10; echo
deep() { if (( $1 == 0 )); then echo bottom "${#FUNCNAME[@]}"; else deep $(($1 - 1)); fi; }; deep 50
unset -f g; type -t g f echo if ls; declare -f f | head -n 2

echo == redirection
exec 5<> both; echo first >&5; echo second >&5; exec 5>&-; cat both
{ echo out; echo err >&2; } > o 2> e; cat e o; { echo out; echo err >&2; } &> oe; cat oe; echo more >> o; wc -l < o
cat <<A; cat <<'B'; cat <<< "string $((1 + 1))"
text $v $(echo sub)
A
raw $v
B
diff <(printf '1\n2\n') <(printf '1\n3\n'); tee >(wc -c > count) <<< hello > /dev/null; sleep 0.1; cat count
exec {fd}> named; echo named >&$fd; exec {fd}>&-; cat named; set -o noclobber; echo x > named; echo "status $?"; echo y >| named; set +o noclobber; cat named
read -r -n 3 three <<< abcdef; echo $three; read -d : colon <<< 'until:rest'; echo $colon; read -t 0.05 nothing < <(sleep 0.3); echo "timeout $((${?} > 128))"
printf '%s\n' c a b | sort | while read -r l; do echo -n "$l,"; done; echo; echo a | cat | cat | cat; echo "${PIPESTATUS[@]}"
false | true | (exit 4); echo "${PIPESTATUS[@]}"; set -o pipefail; false | true; echo $?; set +o pipefail; shopt -s lastpipe; echo last | read l; echo $l

echo == jobs and signals
(exit 6) & wait $!; echo $?; sleep 0.2 & p=$!; kill $p; wait $p 2> /dev/null; echo $?
for n in 3 1 2; do (sleep 0.$((n * 3)); echo "job $n") & done; wait; echo all done
trap 'echo usr1 $BASH_SUBSHELL' USR1; kill -USR1 $$; (trap 'echo sub' USR2; kill -USR2 $BASHPID); trap - USR1
trap 'echo err at a false' ERR; false; trap - ERR; trap 'echo -n "d "' DEBUG; :; :; trap - DEBUG; echo
bash -c 'trap "echo int; exit 130" INT; kill -INT $$; sleep 1'; echo $?; (bash -c 'kill -SEGV $$'; exit $?) 2> /dev/null; echo $?; (bash -c 'kill -KILL $$'; exit $?) 2> /dev/null; echo $?
bash -c 'trap "echo on exit" EXIT; exit 9'; echo $?; ( trap 'echo sub exit' EXIT ); kill -l 11; kill -l | wc -l
coproc cat; echo to coproc >&"${COPROC[1]}"; read -r back <&"${COPROC[0]}"; echo "$back"; eval "exec ${COPROC[1]}>&-"; wait

echo == misc
printf '%5s|%-5s|%05d|%x|%o|%e|%.3f|%q|%b|%c\n' r l 42 255 8 12345.678 3.14159 'a b' 'x\ty' char
printf '%(%Y-%m-%d)T\n' 0; echo -e 'a\tb\\n\x41'; echo -n no newline; echo; pushd / > /dev/null; dirs -l; popd > /dev/null; pwd
eval "e='a;b'; echo \$e"; set -u; (echo $undefined) 2> /dev/null; echo "unset $?"; set +u; set -- $(getopt 2> /dev/null); while getopts 'ab:' o -a -b val; do echo "opt $o $OPTARG"; done
bash -n <<< 'if true; then' 2> /dev/null; echo "syntax $?"; bash -c 'echo $0 $1' zero one; bash -s arg <<< 'echo from stdin $1'; hash -r; ulimit -n 50; bash -c 'ulimit -n'
cat > script <<'X'
#!/bin/bash
echo "script $0 $# $@"; exit 12
X
chmod +x script; ./script 1 2; echo $?; ./missing 2> /dev/null; echo $?; ./a.c; echo $?; chmod -x script; ./script 2> /dev/null; echo $?
sieve() { local -a s; local i j; for ((i = 2; i <= $1; i++)); do [[ ${s[i]} ]] && continue; echo -n "$i "; for ((j = i * i; j <= $1; j += i)); do s[j]=1; done; done; echo; }; sieve 100
sort_it() { local -a n=("$@"); local i j t; for ((i = 0; i < ${#n[@]}; i++)); do for ((j = i + 1; j < ${#n[@]}; j++)); do ((n[j] < n[i])) && t=${n[i]} n[i]=${n[j]} n[j]=$t; done; done; echo "${n[@]}"; }; sort_it 5 3 9 1 7 2 8
s=; for i in {1..300}; do s+=$i; done; echo "${#s}"; echo "$s" | md5sum; for i in {1..30}; do /bin/true; done; (echo $BASH_SUBSHELL)
exit 11
