// What User Mode Linux of the 2.4 and early 2.6 series does to its host while it boots, in that order: starts itself
// again, probes with a child on a stack of one page, makes its memory, its devices and threads, and calibrates its delay
// loop by a virtual timer.
#include "report.h"
#include <sched.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

enum { MEMORY = 1 << 20, OLDSETOPTIONS = 21, SYSEMU = 31, ORIG_EAX = 0x2c, EAX = 0x18 };
static char *page_of_stack(int prot) {
  return (char *)mmap(NULL, PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + PAGE - 16;
}

// ---- main() of the 2.4 series: a stack of 8 MiB and no random addresses need a new start.
static void start_again(char **argv) {
  struct rlimit limit;
  getrlimit(RLIMIT_STACK, &limit);
  if (argv[1] == NULL) {
    limit.rlim_cur = 4 << 20;
    setrlimit(RLIMIT_STACK, &limit);
    personality(PER_LINUX | ADDR_NO_RANDOMIZE);
    execl("/proc/self/exe", argv[0], "again", (char *)NULL);
    die("exec");
  }
  SHOW(limit.rlim_cur);
  SHOW_TRUE(personality(0xffffffff) & ADDR_NO_RANDOMIZE);
}

// ---- check_ptrace(), check_sysemu()
static int parent;
static int probe(void *unused) {
  int own = getpid();
  ptrace(PTRACE_TRACEME, 0, 0, 0);
  kill(own, SIGSTOP);
  long pid = syscall(SYS_getpid);
  _exit(pid == own ? 1 : pid == parent ? 0 : 2);
}
static pid_t start_probe(void) {
  parent = getpid();
  pid_t pid = clone(probe, page_of_stack(PROT_READ | PROT_WRITE | PROT_EXEC), SIGCHLD, NULL);
  int status;
  SHOW_TRUE(waitpid(pid, &status, WUNTRACED) == pid);
  show_status("probe", status);
  return pid;
}
static void probes(void) {
  int status = 0;
  long number;
  pid_t pid = start_probe();
  SHOW(ptrace(OLDSETOPTIONS, pid, 0, 1));
  do {
    ptrace(PTRACE_SYSCALL, pid, 0, 0);
    waitpid(pid, &status, WUNTRACED);
    number = ptrace(PTRACE_PEEKUSER, pid, ORIG_EAX, 0);
  } while (WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80) && number != SYS_getpid);
  SHOW(ptrace(PTRACE_POKEUSER, pid, ORIG_EAX, SYS_getppid));
  SHOW(ptrace(PTRACE_CONT, pid, 0, 0));
  show_end("another call's result", pid);
  pid = start_probe();
  SHOW(ptrace(SYSEMU, pid, 0, 0));
  waitpid(pid, &status, WUNTRACED);
  show_status("without the option", status);
  SHOW(ptrace(PTRACE_POKEUSER, pid, EAX, parent));
  SHOW(ptrace(PTRACE_CONT, pid, 0, 0));
  show_end("a call that is not made", pid);
}

// ---- create_tmp_file(), setup_physmem(): memory is an unlinked file, mapped where the kernel wants it
static int memory;
static void make_memory(void) {
  char name[] = "vm_file-XXXXXX", zero = 0;
  memory = mkstemp(name);
  SHOW(unlink(name));
  SHOW(fchmod(memory, 0777));
  SHOW(lseek64(memory, MEMORY - 1, SEEK_SET));
  SHOW(write(memory, &zero, 1));
  SHOW(fcntl(memory, F_SETFD, FD_CLOEXEC));
  char *at = mmap((void *)0x50000000, MEMORY, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_FIXED, memory, 0);
  char *other = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, memory, 5 * PAGE);
  SHOW_TRUE(at == (char *)0x50000000);
  at[5 * PAGE + 7] = 42;
  SHOW(other[7]);
}

// ---- the umid's folder, and the management console: a datagram is told of by SIGIO
static volatile int ios, jiffies, sent;
static void on_io(int signo) { ios++; }
static void on_tick(int signo) { jiffies++; }
static void consoles(void) {
  struct sockaddr_un name = {AF_UNIX, "uml/id/mconsole"};
  struct { unsigned magic, version, length; char command[16]; } request = {0xcafebabe, 2, 7, "version"}, got = {0};
  SHOW(mkdir("uml", 0777));
  SHOW(mkdir("uml", 0777));
  SHOW(mkdir("uml/id", 0777));
  int pid_file = open("uml/id/pid", O_RDWR | O_CREAT | O_EXCL, 0644);
  SHOW(open("uml/id/pid", O_RDWR | O_CREAT | O_EXCL, 0644));
  close(pid_file);
  int server = socket(AF_UNIX, SOCK_DGRAM, 0), client = socket(AF_UNIX, SOCK_DGRAM, 0);
  SHOW(bind(server, (void *)&name, sizeof name));
  SHOW(fcntl(server, F_SETFL, O_ASYNC | O_NONBLOCK));
  SHOW(fcntl(server, F_SETOWN, getpid()));
  SHOW(sendto(client, &request, sizeof request, 0, (void *)&name, sizeof name));
  while (!ios) usleep(1000);
  SHOW(recv(server, &got, sizeof got, 0));
  SHOW_TRUE(got.magic == 0xcafebabe && !strcmp(got.command, "version"));
  SHOW(recv(server, &got, sizeof got, 0));
  SHOW(open("/dev/net/no-such-tun", O_RDWR));
  unlink("uml/id/mconsole");
}

// ---- ubd: a lock on the file, and a thread that does the reads; its answers are told of by SIGIO
static int to_thread[2];
struct io_request { int fd, length; long long offset; char *buffer; int error; };
static int io_thread(void *unused) {
  struct io_request *request;
  signal(SIGWINCH, SIG_IGN);
  while (read(to_thread[1], &request, sizeof request) == sizeof request) {
    request->error = pread(request->fd, request->buffer, request->length, request->offset);
    write(to_thread[1], &request, sizeof request);
  }
  return 0;
}
static void block_device(void) {
  struct flock lock = {F_WRLCK, SEEK_SET, 0, 0};
  struct io_request request = {.length = 512, .offset = 1024}, *answer = NULL;
  char buffer[512];
  int disk = request.fd = open("disk", O_RDWR | O_CREAT, 0644);
  pwrite(disk, "sector two", 10, 1024);
  SHOW(ftruncate(disk, 4096));
  SHOW(fcntl(disk, F_SETLK, &lock));
  IN_CHILD("another kernel", {
    int again = open("disk", O_RDWR);
    SHOW(fcntl(again, F_SETLK, &lock));
  });
  socketpair(AF_UNIX, SOCK_STREAM, 0, to_thread);
  char *stack = (char *)mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 8 * PAGE - 16;
  pid_t thread = clone(io_thread, stack, CLONE_FILES | CLONE_VM | SIGCHLD, NULL);
  SHOW(fcntl(to_thread[0], F_SETFL, O_ASYNC | O_NONBLOCK));
  SHOW(fcntl(to_thread[0], F_SETOWN, getpid()));
  request.buffer = buffer;
  answer = &request;
  ios = 0;
  SHOW(write(to_thread[0], &answer, sizeof answer));
  while (!ios) usleep(1000);
  SHOW(read(to_thread[0], &answer, sizeof answer));
  SHOW_TRUE(answer == &request);
  SHOW(request.error);
  printf("%.10s\n", buffer);
  SHOW(kill(thread, SIGKILL));
  show_end("io thread", thread);
}

// ---- calibrate_delay(): how often does a loop run in a tick of the virtual timer?
static void calibrate(void) {
  struct itimerval timer = {{0, 10000}, {0, 10000}};
  struct timeval before, after;
  gettimeofday(&before, NULL);
  SHOW(setitimer(ITIMER_VIRTUAL, &timer, NULL));
  volatile unsigned loops = 0;
  for (int start = jiffies; jiffies < start + 3;) loops++;
  timer.it_interval.tv_usec = timer.it_value.tv_usec = 0;
  SHOW(setitimer(ITIMER_VIRTUAL, &timer, NULL));
  gettimeofday(&after, NULL);
  SHOW_TRUE(loops > 1000);
  SHOW_TRUE((after.tv_sec - before.tv_sec) * 1000000 + after.tv_usec - before.tv_usec >= 20000);
}

// ---- cpu features are looked for in /proc/cpuinfo a byte at a time
static void processor(void) {
  int file = open("/proc/cpuinfo", O_RDONLY), words = 0, in_word = 0, flags = 0;
  char line[32] = "", c;
  for (int n = 0; read(file, &c, 1) == 1 && words < 1000;) {
    if (c == '\n') n = in_word = 0, flags = 0;
    else if (n < 31) line[n++] = c, line[n] = 0;
    if (n == 5 && !strcmp(line, "flags")) flags = 1;
    if (!flags) continue;
    words += !in_word && c != ' ' && c != '\t';
    in_word = c != ' ' && c != '\t';
  }
  SHOW_TRUE(words > 5);
}

int main(int argc, char **argv) {
  start_again(argv);
  signal(SIGIO, on_io);
  signal(SIGVTALRM, on_tick);
  probes();
  make_memory();
  consoles();
  block_device();
  calibrate();
  processor();
  return 0;
}
