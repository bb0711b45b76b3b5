// A stop signal that the tracer passes on: the group stop of a task attached the old way.
#include "tracee.h"

int main(void) {
  TRACEE(pid, {
    raise(SIGSTOP);
    _exit(4);
  });
  trace(PTRACE_CONT, pid, 0, 0);
  next("signal", pid);
  siginfo_t info;
  SHOW(trace(PTRACE_GETSIGINFO, pid, 0, (long)&info));
  trace(PTRACE_CONT, pid, 0, SIGSTOP);
  next("group stop", pid);
  SHOW(trace(PTRACE_GETSIGINFO, pid, 0, (long)&info));
  SHOW(trace(PTRACE_CONT, pid, 0, 0));
  next("end", pid);
}
