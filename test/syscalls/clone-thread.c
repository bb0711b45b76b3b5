// CLONE_THREAD: one process id, several thread ids; nobody waits for a thread.
#include "clone.h"
#include <linux/futex.h>

static int pause_time = 10000;
static volatile int word = 1, ids, same_pid, same_parent, own_tid;

static int thread(void *leader) {
  (void)leader;
  same_pid = syscall(SYS_getpid) == (long)leader;
  own_tid = syscall(SYS_gettid) != (long)leader;
  same_parent = syscall(SYS_getppid);
  usleep(pause_time);
  return 0;
}

static void join(void) {
  for (int value; (value = word);) syscall(SYS_futex, &word, FUTEX_WAIT, value, NULL, NULL, 0);
}

int main(void) {
  int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID |
              CLONE_PARENT_SETTID;
  pid_t tid = clone(thread, child_stack[0] + 32768, flags, (void *)(long)getpid(), &word, NULL, &word);
  SHOW(waitpid(tid, NULL, __WALL));
  SHOW(waitpid(-1, NULL, __WALL));
  join();
  // The word is cleared a moment before the id is free.
  usleep(20000);
  SHOW(same_pid);
  SHOW(own_tid);
  SHOW_TRUE(same_parent == getppid());
  SHOW(syscall(SYS_tgkill, getpid(), tid, 0));
  SHOW(kill(tid, 0));
  // Many, one after the other.
  pause_time = 0;
  for (int i = 0; i < 100; i++) {
    if (clone(thread, child_stack[i % 8] + 32768, flags, (void *)(long)getpid(), &word, NULL, &word) < 0) die("clone");
    join();
  }
  printf("done\n");
  return 0;
}
