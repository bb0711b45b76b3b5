// A tracee with two threads: each stops by itself, and the end of both is told.
#include "tracee.h"
#include <pthread.h>

static void *run(void *unused) {
  syscall(SYS_tkill, syscall(SYS_gettid), SIGUSR1);
  return unused;
}

int main(void) {
  TRACEE(pid, {
    pthread_t thread;
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
    usleep(30000);
    _exit(2);
  });
  trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACECLONE);
  trace(PTRACE_CONT, pid, 0, 0);
  next("leader", pid);
  unsigned long other = 0;
  trace(PTRACE_GETEVENTMSG, pid, 0, (long)&other);
  next("thread", other);
  trace(PTRACE_CONT, pid, 0, 0);
  trace(PTRACE_CONT, other, 0, 0);
  next("thread", other);
  SHOW_TRUE(trace(PTRACE_CONT, pid, 0, 0) == -1);
  trace(PTRACE_CONT, other, 0, 0);
  next("thread", other);
  next("leader", pid);
}
