// kcmp: what two processes or descriptors share.
#include "report.h"
#include <linux/kcmp.h>
#include <sched.h>

static int other;
static int kcmp(int type, unsigned long one, unsigned long two) {
  long result = syscall(SYS_kcmp, getpid(), other, type, one, two);
  return result > 0 ? 1 : result; // 1 and 2 say an order, which is nobody's business
}
static char stack[65536];
static int sharing(void *argument) {
  for (;;) pause();
}

int main(void) {
  int fd = open("/dev/null", O_RDONLY), copy = dup(fd), again = open("/dev/null", O_RDONLY);
  other = getpid();
  SHOW(kcmp(KCMP_FILE, fd, copy));
  SHOW(kcmp(KCMP_FILE, fd, again));
  SHOW(kcmp(KCMP_FILE, fd, 99));
  SHOW(kcmp(KCMP_VM, 0, 0));
  SHOW(kcmp(KCMP_FILES, 0, 0));
  int first = syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, fd, again);
  int second = syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, again, fd);
  SHOW_TRUE(first + second == 3);
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  other = child;
  SHOW(kcmp(KCMP_FILE, fd, copy));
  SHOW(kcmp(KCMP_FILE, fd, again));
  SHOW(kcmp(KCMP_VM, 0, 0));
  SHOW(kcmp(KCMP_FILES, 0, 0));
  SHOW(kcmp(KCMP_FS, 0, 0));
  SHOW(kcmp(KCMP_SIGHAND, 0, 0));
  SHOW(kcmp(KCMP_SYSVSEM, 0, 0));
  SHOW(kcmp(99, 0, 0));
  kill(child, SIGKILL);
  show_end("fork", child);
  SHOW(kcmp(KCMP_VM, 0, 0));
  child = clone(sharing, stack + sizeof stack, CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND | SIGCHLD, NULL);
  other = child;
  SHOW(kcmp(KCMP_VM, 0, 0));
  SHOW(kcmp(KCMP_FILES, 0, 0));
  SHOW(kcmp(KCMP_FS, 0, 0));
  SHOW(kcmp(KCMP_SIGHAND, 0, 0));
  kill(child, SIGKILL);
  show_end("clone", child);
  return 0;
}
