// PTRACE_O_TRACEFORK, VFORK, VFORKDONE, CLONE, EXIT: events, their messages, children attached by themselves.
#include "tracee.h"
#include <sched.h>

static int thread(void *unused) {
  (void)unused;
  syscall(SYS_exit, 0);
  return 0;
}
static char stack[8192] __attribute__((aligned(16)));

int main(void) {
  TRACEE(pid, {
    if (fork() == 0) _exit(1);
    wait(NULL);
    if (vfork() == 0) _exit(2);
    wait(NULL);
    clone(thread, stack + sizeof stack, CLONE_VM | CLONE_FILES, NULL);
    waitpid(-1, NULL, __WALL);
    _exit(3);
  });
  SHOW(trace(PTRACE_SETOPTIONS, pid, 0,
             PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACECLONE |
                 PTRACE_O_TRACEEXIT));
  pid_t child = 0;
  long signal = 0;
  trace(PTRACE_CONT, pid, 0, 0);
  for (;;) {
    int status = next("parent", pid);
    if (!WIFSTOPPED(status)) break;
    signal = status >> 16 ? 0 : WSTOPSIG(status);
    unsigned long message = 0;
    trace(PTRACE_GETEVENTMSG, pid, 0, (long)&message);
    int event = status >> 16;
    if (event == PTRACE_EVENT_EXIT) printf("exit status %#lx\n", message);
    if (event == PTRACE_EVENT_VFORK_DONE) SHOW_TRUE((pid_t)message == child);
    if (event >= PTRACE_EVENT_FORK && event <= PTRACE_EVENT_CLONE) {
      child = message;
      next("child", child);
      SHOW(trace(PTRACE_CONT, child, 0, 0));
      next("child", child);
      trace(PTRACE_CONT, child, 0, 0);
      next("child", child);
    }
    trace(PTRACE_CONT, pid, 0, signal);
  }
}
