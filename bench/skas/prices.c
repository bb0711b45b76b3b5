// What the host that this machine is takes for the things a User Mode Linux asks of it, in nanoseconds of CPU time: of many
// batches the one that others on the machine disturbed least. A line each: name and price. i386, as UML was.
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 60, PAGES = 512, PTRACE_SYSEMU_ = 31 };
static pid_t tracee;
static char *memory;
static int memory_file;

static double read_clock(clockid_t clock) {
  struct timespec t;
  return clock_gettime(clock, &t) ? 0 : t.tv_sec * 1e9 + t.tv_nsec;
}
// CPU time of all that take part: this process, the tracee, and children that are over.
static double now(void) {
  struct rusage ended;
  clockid_t tracees = 0;
  getrusage(RUSAGE_CHILDREN, &ended);
  double children = (ended.ru_utime.tv_sec + ended.ru_stime.tv_sec) * 1e9 + (ended.ru_utime.tv_usec + ended.ru_stime.tv_usec) * 1e3;
  int traced = tracee > 0 && clock_getcpuclockid(tracee, &tracees) == 0;
  return read_clock(CLOCK_PROCESS_CPUTIME_ID) + children + (traced ? read_clock(tracees) : 0);
}
static void price(const char *name, void (*act)(void), int count) {
  double least = 1e18;
  for (int batch = 0; batch < BATCHES; batch++) {
    double begin = now();
    for (int i = 0; i < count; i++) act();
    double each = (now() - begin) / count;
    if (each < least) least = each;
  }
  printf("%s %.1f\n", name, least);
}

static void call(void) { syscall(SYS_getppid); }
static void registers(void) {
  struct user_regs_struct r;
  ptrace(PTRACE_GETREGS, tracee, 0, &r);
}
// Lets the tracee run up to its next system call, and waits for that.
static void stop(void) {
  int status;
  ptrace(PTRACE_SYSEMU_, tracee, 0, 0);
  waitpid(tracee, &status, __WALL);
}
// A page of the memory file is put into the address space, and used.
static void map(void) {
  static int page;
  page = (page + 1) % PAGES;
  char *at = mmap(memory + page * 4096, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory_file, page * 4096);
  at[0]++;
}
static void on_signal(int signo) { (void)signo; }
static void take_signal(void) { raise(SIGUSR1); }
static void process(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  waitpid(child, NULL, 0);
}

int main(void) {
  memory_file = memfd_create("memory", 0);
  memory = mmap(NULL, PAGES * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory_file < 0 || ftruncate(memory_file, PAGES * 4096) || memory == MAP_FAILED) return 1;
  signal(SIGUSR1, on_signal);
  if ((tracee = fork()) == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    for (;;) syscall(SYS_getppid);
  }
  int status;
  if (waitpid(tracee, &status, 0) != tracee || !WIFSTOPPED(status)) return 1;
  price("call", call, 500);
  price("ptrace", registers, 300);
  price("stop", stop, 100);
  kill(tracee, SIGKILL);
  waitpid(tracee, &status, 0);
  tracee = 0;
  price("map", map, 100);
  price("signal", take_signal, 100);
  price("process", process, 5);
  return 0;
}
