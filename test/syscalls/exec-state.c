// What an exec keeps and what it does away with.
#include "report.h"

static void handler(int signo) { (void)signo; }

static int second(void) {
  struct sigaction action;
  sigset_t set;
  stack_t stack;
  char name[16];
  sigaction(SIGUSR1, NULL, &action);
  SHOW_TRUE(action.sa_handler == SIG_DFL);
  sigaction(SIGUSR2, NULL, &action);
  SHOW_TRUE(action.sa_handler == SIG_IGN);
  sigprocmask(SIG_SETMASK, NULL, &set);
  SHOW(sigismember(&set, SIGTERM));
  SHOW(sigismember(&set, SIGHUP));
  sigpending(&set);
  SHOW(sigismember(&set, SIGTERM));
  sigaltstack(NULL, &stack);
  SHOW(stack.ss_flags == SS_DISABLE);
  SHOW(fcntl(10, F_GETFD));
  SHOW(fcntl(11, F_GETFD));
  SHOW(lseek(10, 0, SEEK_CUR));
  printf("umask %03o\n", umask(0));
  syscall(SYS_prctl, 16 /* PR_GET_NAME */, name);
  printf("name %s\n", name);
  printf("same pid: %d\n", atoi(getenv("PID")) == getpid());
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  SHOW(limit.rlim_cur);
  SHOW(access("here", F_OK));
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(mprotect((void *)0x30000000, PAGE, PROT_READ));
  return 3;
}

int main(int argc, char **argv) {
  if (getenv("PID")) return second();
  signal(SIGUSR1, handler);
  signal(SIGUSR2, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGTERM);
  static char other[16384];
  stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
  sigaltstack(&stack, NULL);
  mkdir("folder", 0777);
  if (chdir("folder")) die("chdir");
  make_file("here", "0123456789", 0644);
  int fd = open("here", O_RDONLY);
  lseek(fd, 4, SEEK_SET);
  dup2(fd, 10);
  dup3(fd, 11, O_CLOEXEC);
  umask(027);
  struct rlimit limit = {100, 200};
  setrlimit(RLIMIT_NOFILE, &limit);
  setpriority(PRIO_PROCESS, 0, 5);
  mmap((void *)0x30000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  char pid[32];
  snprintf(pid, sizeof pid, "PID=%d", getpid());
  char *env[] = {pid, NULL};
  if (symlink(argv[0], "a-name-of-over-fifteen-letters")) die("symlink");
  SHOW(execve("a-name-of-over-fifteen-letters", argv, env));
  return 1;
}
