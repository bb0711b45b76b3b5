# root: tools
# run: /usr/bin/perl
# modes: off auto
# Perl: regular expressions, formats, sorting, pack, big numbers, digests, processes, sockets, threads, tied and
# blessed things, and what die says.
use strict;
use warnings;
use utf8;
$| = 1;
binmode STDOUT, ':utf8';

sub section { print "== @_\n" }

section 'strings';
my $text = join ' ', map { chr(97 + $_ * 7 % 26) x ($_ % 5 + 1) } 0 .. 60;
print length $text, ' ', ($text =~ tr/a-m//), ' ', scalar reverse(substr $text, 0, 9), "\n";
print join('|', sprintf('%05.2f', 3.14159), sprintf('%x %o %b %e', 255, 8, 5, 12345.678), sprintf('%-6s%+d%%', 'l', 7), sprintf('%vd', '1.22.333'), sprintf('%s', 1e15), 0.1 + 0.2, 1e16, -17 % 5, 2**53, 10 / 3, int(-7.5), 1_000_000 * 1_000_000), "\n";
print ucfirst(lc 'ÉCOLE'), ' ', uc 'straße', ' ', length 'naïve', ' ', join(',', map { sprintf '%04x', ord } split //, 'aé€😀'), "\n";
print join(',', unpack('(A3)*', 'abcdefgh')), ' ', unpack('H*', pack('NnCvVwq>', 1, 2, 3, 4, 5, 300, 7)), ' ', unpack('%32C*', 'checksum'), ' ', unpack('H*', pack('f<d>', 1.5, -2.25)), "\n";
print "@{[sort { $a <=> $b } qw(10 9 2 33 1)]} @{[reverse sort qw(b a c)]} @{[map { $_ * 2 } grep { $_ % 2 } 1 .. 9]}\n";
print join(',', 'aa' .. 'ad'), ' ', 'Az' x 2, ' ', 'a' lt 'b', ' ', 'abc' cmp 'abd', ' ', ++(my $s = 'Zz9'), "\n";

section 'regular expressions';
my $log = join '', map { sprintf "2%03d-%02d-%02d user%d %s %d\n", $_ % 30, $_ % 12 + 1, $_ % 28 + 1, $_ % 17, ($_ % 3 ? 'GET' : 'PUT'), $_ * 37 % 1000 } 1 .. 5000;
my %count;
$count{"$1 $2"} += $3 while $log =~ /^\S+ (user\d+) (GET|PUT) (\d+)$/mg;
print "$_=$count{$_} " for (sort keys %count)[0 .. 5];
print "\n", scalar(() = $log =~ /user1\b.*?(?=\d{3}$)/mg), ' ', scalar(() = $log =~ /(?<!1)(\d)\1/g), "\n";
(my $swapped = 'first second third') =~ s/(\w+) (\w+)/$2 $1/;
my $nested = qr/\((?:[^()]++|(?R))*\)/;
print "$swapped ", 'x(a(b)c)(d)' =~ /($nested)/ ? $1 : 'none', ' ', 'aaa' =~ s/a/b/gr, ' ', join('/', 'k1=v1;k2=v2' =~ /(\w+)=(\w+)/g), "\n";
if ('2024-05-06' =~ /(?<y>\d+)-(?<m>\d+)/) { print "$+{y} $+{m} [$`] [$&] [$'] @- @+\n" }
print join('|', split /(,)|-/, 'a,b-c'), ' ', 'aXbX' =~ tr/X/x/r, ' ', "tel\x{301}" =~ /^\X{3}$/ ? 'graphemes' : 'no', ' ', 'ΑΒΓ' =~ /^\p{Greek}+$/i, "\n";
my $count = 0;
'abcdefgh' =~ /(\w)(?{ $count++ })(*FAIL)/;
print "$count ", 'foobar' =~ /foo(?=bar)/ ? 'ahead' : '', ' ', ('a1b2' =~ s/(\d)/$1 * 2/ger), ' ', join(',', "ab\ncd" =~ /^(.)/mg), "\n";

section 'data';
my @matrix = map { [map { $_ * $_[0] } 1 .. 4] } 1 .. 3 if @_;
my %tree = (list => [1, [2, 3], { deep => 'x' }], code => sub { $_[0]**2 });
print $tree{list}[1][1], ' ', $tree{list}[2]{deep}, ' ', $tree{code}->(12), ' ', ref $tree{code}, ' ', scalar @{ $tree{list} }, ' ', exists $tree{none} ? 1 : 0, "\n";
my @sorted = sort { $a->{n} <=> $b->{n} or $b->{s} cmp $a->{s} } map { { n => $_ % 4, s => chr(97 + $_) } } 0 .. 9;
print join(' ', map { "$_->{n}$_->{s}" } @sorted), "\n";
my ($first, @rest) = splice @{ [1 .. 9] }, 2, 4;
print "$first @rest ", join(',', wantarray() // 'undef', (caller 0)[3] // 'main'), "\n";
use List::Util qw(sum max first reduce shuffle uniq pairs);
print sum(1 .. 100), ' ', max(3, 9, 4), ' ', first(sub { $_ > 3 }, 1 .. 9), ' ', reduce(sub { $a * $b }, 1 .. 10), ' ', scalar(uniq(1, 1, 2)), "\n";
use Data::Dumper;
{ local ($Data::Dumper::Sortkeys, $Data::Dumper::Indent) = (1, 1); print Dumper({ a => [1, 'two', undef], b => \'ref', c => { d => 1.5 } }) }
use Storable qw(freeze thaw dclone);
my $copy = dclone({ a => [1, { b => 2 }] });
print thaw(freeze([1, 2, { k => 'v' }]))->[2]{k}, ' ', $copy->{a}[1]{b}, "\n";
use JSON::PP;
print JSON::PP->new->canonical->encode(decode_json('{"z":[1,2.5,null,true],"a":{"b":"\u00e9"}}')), "\n";

section 'numbers';
use Math::BigInt;
use Math::BigFloat;
print Math::BigInt->new(2)**200 % 1000000007, ' ', Math::BigInt->new(50)->bfac, ' ', Math::BigFloat->new(2)->bsqrt(40), ' ', Math::BigInt->new('0x1fffffffffffffffff'), "\n";
printf "%.15g %.15g %.15g %.15g %s %s\n", sin 1, exp 1, log 10, atan2(1, 1) * 4, 9**20, -9**0.5;
print 0xffffffff + 1, ' ', ~0, ' ', 1 << 20, ' ', 0b101, ' ', 0777, ' ', hex 'ff', ' ', oct '0x1f', ' ', '3 apples' * 1, ' ', 9007199254740993, "\n" if eval { no warnings; 1 };
srand 42;
my @random = map { int rand 1000 } 1 .. 5;
print "@random\n";
my ($p, @composite) = 0;
for my $i (2 .. 20000) { next if $composite[$i]; $p++; for (my $j = $i * $i; $j <= 20000; $j += $i) { $composite[$j] = 1 } }
print "$p\n";
sub ack { my ($m, $n) = @_; $m == 0 ? $n + 1 : $n == 0 ? ack($m - 1, 1) : ack($m - 1, ack($m, $n - 1)) }
{ no warnings 'recursion'; print ack(2, 40), "\n" }

section 'digests and time';
use Digest::MD5 'md5_hex';
use Digest::SHA qw(sha1_hex sha256_hex sha512_base64 hmac_sha256_hex);
print md5_hex($log), "\n", sha1_hex($log), "\n", sha256_hex($log), "\n", sha512_base64('x'), "\n", hmac_sha256_hex('data', 'key'), "\n";
use MIME::Base64;
use Compress::Zlib;
print encode_base64('binary' x 3, ''), ' ', length(compress($log)), ' ', crc32($log), ' ', md5_hex(uncompress(compress($log))), "\n";
use POSIX qw(strftime floor fmod LONG_MAX :sys_wait_h);
use Time::Local;
print strftime('%Y-%m-%d %H:%M:%S %j', gmtime 1e9), ' ', timegm(0, 0, 0, 29, 1, 2000), ' ', floor(-1.5), ' ', fmod(7, 3), ' ', LONG_MAX, "\n";
use Encode;
print length(encode('UTF-16LE', 'aé😀')), ' ', decode('iso-8859-1', "\xe9"), ' ', join(',', map ord, split //, encode('cp1252', '€')), "\n";

section 'objects';
package Shape { sub new { my ($class, %with) = @_; bless {%with}, $class } sub area { 0 } sub describe { my $self = shift; sprintf '%s of %.2f', ref $self, $self->area } sub DESTROY { print 'gone ', ref shift, "\n" } }
package Circle { our @ISA = 'Shape'; use overload '+' => sub { Circle->new(r => $_[0]{r} + $_[1]{r}) }, '""' => sub { "circle $_[0]{r}" }, '<=>' => sub { $_[0]{r} <=> $_[1]{r} }; sub area { 3.14159265 * $_[0]{r}**2 } }
{ my $sum = Circle->new(r => 1) + Circle->new(r => 2); print $sum->describe, " $sum ", $sum->isa('Shape'), ' ', Circle->can('area') ? 'can' : '', "\n" }
package Counter { sub TIESCALAR { bless \(my $n = 0), shift } sub FETCH { ${ $_[0] }++ } sub STORE { ${ $_[0] } = $_[1] } }
tie my $tied, 'Counter';
$tied = 5;
print "$tied $tied $tied\n";
my @made = map { my $n = $_; sub { $n += shift } } 1 .. 2;
print $made[0]->(10), ' ', $made[1]->(10), ' ', $made[0]->(1), "\n";
our $dynamic = 'global';
sub show { $dynamic }
sub with { local $dynamic = 'local'; show() }
print with(), ' ', show(), "\n";

section 'files and processes';
my $file = "/tmp/perl-corpus.$$";
open my $out, '>', $file or die; print $out "line $_\n" for 1 .. 1000; close $out;
open my $in, '<', $file or die; my @tail = (<$in>)[-2, -1]; close $in; chomp @tail; print "@tail ", -s $file, ' ', (stat $file)[7], "\n";
{ local ($^I, @ARGV) = ('.bak', $file); while (<>) { s/line/row/ if $. % 2; print } }
open $in, '<', $file; print scalar(grep /row/, <$in>), ' ', -e "$file.bak" ? 'kept' : 'lost', "\n"; unlink $file, "$file.bak";
print `echo from a shell; exit 3`, $? >> 8, "\n";
my $pid = fork // die; if (!$pid) { POSIX::_exit(7) } waitpid $pid, 0; print 'child ', $? >> 8, "\n";
pipe my $reader, my $writer; if (!fork) { close $reader; print $writer "through a pipe\n"; close $writer; POSIX::_exit(0) } close $writer; print scalar <$reader>; wait; print "wait $?\n";
use Socket; socketpair my $left, my $right, AF_UNIX, SOCK_STREAM, PF_UNSPEC; if (!fork) { my $got = <$right>; syswrite $right, uc $got; POSIX::_exit(0) } syswrite $left, "socket\n"; print scalar <$left>; wait;
$SIG{USR1} = sub { print "signal $_[0]\n" }; kill USR1 => $$; $SIG{ALRM} = sub { die "alarm\n" }; eval { alarm 1; select undef, undef, undef, 5; }; print $@;
system 'kill -TERM $$'; print $? & 127, "\n"; print system('exit 5') >> 8, ' ', system('/nonexistent') == -1 ? 'no such program' : '', "\n";
use IPC::Open3; use Symbol 'gensym'; my $id = open3(my $to, my $from, my $err = gensym, 'sh', '-c', 'read x; echo "out $x"; echo "error $x" >&2; exit 3'); print $to "line\n"; close $to; print <$from>, <$err>; waitpid $id, 0; print $? >> 8, ' ', (eval { open3($to, $from, undef, '/nonexistent'); 1 } ? 'started' : $@ =~ /No such file/ ? 'not started' : $@), "\n";
use Time::HiRes qw(time sleep); my $began = time; sleep 0.05; print time - $began >= 0.05 ? "slept\n" : "woke early\n";
print join(' ', map { s{.*/}{}r } sort glob '/usr/bin/{perl,perlbug,nosuch}'), "\n";
use File::Find; my $found = 0; find(sub { $found++ if -f && /\.pm$/ }, @INC); print $found > 500 ? "many modules\n" : "$found modules\n";
use File::Temp 'tempdir'; use File::Spec; use Cwd; my $dir = tempdir(CLEANUP => 1); chdir $dir; mkdir 'a'; print -d File::Spec->catdir(getcwd, 'a') ? "made\n" : "not made\n"; chdir '/';
print join(',', map { sprintf '%s:%s', (getpwnam $_)[2, 7] } 'root', 'nobody'), ' ', scalar getgrgid 0, "\n";

section 'threads';
use threads; use threads::shared; use Thread::Queue;
my $total : shared = 0; my $queue = Thread::Queue->new; my @workers = map { threads->create(sub { while (defined(my $n = $queue->dequeue)) { lock $total; $total += $n } threads->tid }) } 1 .. 4;
$queue->enqueue(1 .. 200); $queue->end; my @tids = map { $_->join } @workers; print "$total @tids\n";

section 'errors';
eval { die { code => 42 } }; print $@->{code}, "\n"; eval { my $x = 1 / ($count - $count) }; print $@; eval 'sub {'; print $@ =~ /^(Missing right curly)/ ? "$1\n" : $@; eval { Circle->nosuch }; print $@; print STDERR "to standard error\n"; warn "warned\n"; local $SIG{__WARN__} = sub { print "hook: $_[0]" }; my $undefined; print 'x' . $undefined . "\n"; local $! = 2; print "$!\n";
printf "%s\n", join ' ', map { $_->[0] } sort { $a->[1] <=> $b->[1] } map { [$_, length] } qw(ccc a bb);
format STDOUT =
@<<<<<< @>>>>> @##.##
'left', 'right', 3.14159
.
write;
END { print "the end\n"; $? = 9 }
die "at last\n";
