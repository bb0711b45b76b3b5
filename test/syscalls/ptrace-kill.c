// SIGKILL needs no tracer's word; a task stopped for its tracer dies of it. PTRACE_KILL.
#include "tracee.h"

int main(void) {
  {
    TRACEE(pid, pause());
    kill(pid, SIGKILL);
    next("stopped", pid);
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
  }
  {
    TRACEE(pid, pause());
    SHOW(trace(PTRACE_KILL, pid, 0, 0));
    next("PTRACE_KILL", pid);
  }
  {
    TRACEE(pid, pause());
    trace(PTRACE_CONT, pid, 0, 0);
    usleep(20000);
    SHOW(trace(PTRACE_PEEKUSER, pid, 0, (long)&(long){0}));
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
    SHOW(trace(999, pid, 0, 0));
    kill(pid, SIGKILL);
    next("running", pid);
  }
  {
    TRACEE(pid, pause());
    trace(PTRACE_SYSCALL, pid, 0, 0);
    next("entry", pid);
    kill(pid, SIGKILL);
    next("at a call", pid);
  }
}
