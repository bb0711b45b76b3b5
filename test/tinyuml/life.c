// gcc: -static -O1
// What a process can do, and what must be the same wherever it runs: on Linux, and in a User Mode Linux in each mode.
// No ids, addresses or times are printed. With an argument it is the program that exec starts.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 300 };
static __thread int of_the_thread = 7;
static volatile int caught, bss[2000];
static sigjmp_buf back;

static void show_status(const char *what, int status) {
  if (WIFEXITED(status)) printf("%s: exited %d\n", what, WEXITSTATUS(status));
  else if (WIFSIGNALED(status)) printf("%s: killed by %d\n", what, WTERMSIG(status));
  else if (WIFSTOPPED(status)) printf("%s: stopped by %d\n", what, WSTOPSIG(status));
  else printf("%s: status %x\n", what, status);
}
static void show_end(const char *what, pid_t pid) {
  int status;
  if (waitpid(pid, &status, 0) == pid) show_status(what, status);
}
static char *map(int length, int flags) {
  return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
}

// ---- memory: pages come by demand, are copied when written after fork, and go
static void memory(void) {
  char *private = map(PAGES * PAGE, MAP_PRIVATE), *shared = map(PAGE, MAP_SHARED);
  int wrong = 0;
  for (int i = 0; i < PAGES; i++) wrong += private[i * PAGE] != 0, private[i * PAGE] = i;
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < PAGES; i++) wrong += private[i * PAGE] != (char)i, private[i * PAGE] = -i;
    for (int i = 0; i < PAGES; i++) wrong += private[i * PAGE] != (char)-i;
    shared[0] = 42;
    bss[1000] = of_the_thread = 9;
    _exit(wrong);
  }
  for (int i = 0; i < PAGES; i += 2) private[i * PAGE] = 100;
  show_end("copy on write", child);
  for (int i = 0; i < PAGES; i++) wrong += private[i * PAGE] != (i % 2 ? (char)i : 100);
  printf("wrong %d, shared %d, bss %d, thread %d\n", wrong, shared[0], bss[1000], of_the_thread);
  private = mremap(private, PAGES * PAGE, 4 * PAGES * PAGE, MREMAP_MAYMOVE);
  printf("moved: %d %d\n", private[3 * PAGE], private[PAGES * PAGE]);
  munmap(private, 4 * PAGES * PAGE);
  char *heap = malloc(3 << 20);
  memset(heap, 5, 3 << 20);
  heap = realloc(heap, 9 << 20);
  printf("heap %d\n", heap[(3 << 20) - 1]);
  free(heap);
}

static void on_fault(int signo, siginfo_t *info, void *context) {
  (void)context;
  printf("signal %d code %d\n", signo, info->si_code);
  siglongjmp(back, 1);
}
static void protection(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
  char *page = map(2 * PAGE, MAP_PRIVATE);
  page[0] = 1;
  mprotect(page, PAGE, PROT_READ);
  if (!sigsetjmp(back, 1)) page[0] = 2;
  printf("read only: %d\n", page[0]);
  mprotect(page, PAGE, PROT_READ | PROT_WRITE);
  page[0] = 3;
  mprotect(page, PAGE, PROT_NONE);
  if (!sigsetjmp(back, 1)) page[0] = 4;
  mprotect(page, PAGE, PROT_READ);
  printf("nothing: %d\n", page[0]);
  munmap(page, PAGE);
  if (!sigsetjmp(back, 1)) page[0] = 5;
  if (!sigsetjmp(back, 1)) *(volatile int *)8 = 6;
  if (!sigsetjmp(back, 1)) asm volatile("hlt");
  signal(SIGSEGV, SIG_DFL);
}

// ---- pipes, exec, descriptors
static void programs(const char *self) {
  int ends[2];
  char buffer[200000], back_from[64];
  pipe(ends);
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    memset(buffer, 'x', sizeof buffer);
    write(ends[1], buffer, sizeof buffer);
    dup2(ends[1], 1);
    execl(self, "again", "exec", (char *)NULL);
    _exit(99);
  }
  close(ends[1]);
  long total = 0, n, last = 0;
  while ((n = read(ends[0], buffer, sizeof buffer)) > 0) total += n, last = buffer[n - 1];
  printf("%ld bytes, the last is %ld\n", total, last);
  show_end("writer", child);
  printf("no program: %d %d\n", execl("/nonexistent", "x", (char *)NULL), errno == ENOENT);
  pipe(ends);
  if ((child = vfork()) == 0) {
    dup2(ends[1], 1);
    execl(self, "again", "exec", (char *)NULL);
    _exit(99);
  }
  close(ends[1]);
  show_end("vfork", child);
  n = read(ends[0], back_from, sizeof back_from);
  printf("it said %.*s", (int)n, back_from);
  signal(SIGPIPE, SIG_IGN);
  pipe(ends);
  close(ends[0]);
  printf("no reader: %d %d\n", (int)write(ends[1], "x", 1), errno == EPIPE);
}

// ---- signals
static void on_signal(int signo) { caught = caught * 100 + signo; }
static void on_alternate(int signo) {
  (void)signo;
  stack_t now;
  sigaltstack(NULL, &now);
  printf("on the other stack: %d\n", !!(now.ss_flags & SS_ONSTACK));
}
static void signals(void) {
  sigset_t set, old;
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGUSR2, &action, NULL);
  sigaction(SIGALRM, &action, NULL);
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, &old);
  kill(getpid(), SIGUSR1);
  kill(getpid(), SIGUSR2);
  printf("blocked: %d\n", caught);
  sigprocmask(SIG_SETMASK, &old, NULL);
  printf("let go: %d\n", caught);
  double x = 1.5, y = x;
  caught = 0;
  struct itimerval timer = {{0, 0}, {0, 20000}};
  setitimer(ITIMER_REAL, &timer, NULL);
  while (!caught) y = y * 1.0000001 - 0.00000015 + (x - 1.5);   // an interrupted calculation goes on
  printf("alarm: %d, still a number: %d\n", caught, y > 0 && y < 3);
  char *stack = malloc(SIGSTKSZ);
  sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = SIGSTKSZ}, NULL);
  sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_alternate, .sa_flags = SA_ONSTACK}, NULL);
  raise(SIGUSR1);
  pid_t child = fork();
  int status;
  if (child == 0) for (;;) pause();
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  show_status("stopped", status);
  kill(child, SIGCONT);
  kill(child, SIGTERM);
  show_end("terminated", child);
  if ((child = fork()) == 0) *(volatile int *)8 = 1;
  show_end("fault", child);
  if ((child = fork()) == 0) for (;;) sleep(100);
  kill(child, SIGKILL);
  show_end("sleeper", child);
}

// ---- names
static void names(void) {
  static const char *const asked[] = {"/nowhere/../dev/null", "/dev/null/x", "/dev/null/../null", "/dev/./../dev//null",
                                      "/nowhere", "/nowhere/x", "/proc/self/../self/comm", "/proc/nowhere/x"};
  for (unsigned i = 0; i < sizeof asked / sizeof *asked; i++) {
    int fd = open(asked[i], O_RDONLY);
    printf("%s: %s\n", asked[i], fd < 0 ? strerror(errno) : "open");
    if (fd >= 0) close(fd);
  }
  // A name is there, is gone, is a link, is a folder: each time it is asked for.
  char name[64], below[80];
  snprintf(name, sizeof name, "/tmp/life-%d", getpid());
  snprintf(below, sizeof below, "%s/null", name);
  int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600);
  printf("made %d, below it: %d", fd >= 0, open(below, O_RDONLY) < 0 && errno == ENOTDIR);
  close(fd);
  printf(", gone %d", unlink(name) == 0 && access(name, F_OK) < 0 && errno == ENOENT);
  printf(", a link %d", symlink("/dev", name) == 0 && access(below, F_OK) == 0);
  printf(", a folder %d", unlink(name) == 0 && mkdir(name, 0700) == 0 && access(below, F_OK) < 0 && errno == ENOENT);
  printf(", with %d\n", symlink("/dev/null", below) == 0 && access(below, R_OK) == 0 && unlink(below) == 0);
  rmdir(name);
}

// ---- the processor is taken from those who do not give it
static void preemption(void) {
  volatile int *turn = (volatile int *)map(PAGE, MAP_SHARED);
  pid_t children[3];
  for (int i = 0; i < 3; i++) {
    if ((children[i] = fork()) != 0) continue;
    double sum = i;
    of_the_thread = i;
    for (int round = 0; round < 3; round++) {
      while (*turn != round * 3 + i) sum += of_the_thread;       // without a system call
      ++*turn;
    }
    while (*turn < 9) sum += 1;
    _exit(sum >= i && of_the_thread == i ? i : 99);
  }
  for (int i = 0; i < 3; i++) show_end("in turn", children[i]);
  printf("turns %d\n", *turn);
  struct timespec begin, end, pause = {0, 30000000};
  clock_gettime(CLOCK_MONOTONIC, &begin);
  nanosleep(&pause, NULL);
  clock_gettime(CLOCK_MONOTONIC, &end);
  long long slept = (end.tv_sec - begin.tv_sec) * 1000000000ll + end.tv_nsec - begin.tv_nsec;
  printf("slept: %d\n", slept >= 30000000);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("again: %s, %d %d\n", argv[1], of_the_thread, bss[1000]);
    return 5;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  memory();
  protection();
  programs(argv[0]);
  signals();
  names();
  preemption();
  printf("children left: %d\n", wait(NULL) == -1 && errno == ECHILD);
  return 3;
}
