// The end of a thread clears the word that CLONE_CHILD_CLEARTID or set_tid_address named, and wakes its waiter.
#include "report.h"
#include <linux/futex.h>
#include <sched.h>

static char stack[2][16384] __attribute__((aligned(16)));
static volatile int word, other = 55;

static int body(void *argument) {
  usleep(30000);
  if (argument) syscall(SYS_set_tid_address, &other);
  syscall(SYS_exit, 0);
  return 0;
}

static void run(const char *label, void *argument, volatile int *watched) {
  int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID;
  word = 1;
  if (clone(body, stack[argument != NULL] + sizeof stack[0], flags, argument, NULL, NULL, &word) < 0) die("clone");
  int seen;
  while ((seen = *watched) != 0) syscall(SYS_futex, watched, FUTEX_WAIT, seen, NULL, NULL, 0);
  printf("%s: cleared\n", label);
}

int main(void) {
  run("CLONE_CHILD_CLEARTID", NULL, &word);
  run("set_tid_address", (void *)&other, &other);
}
