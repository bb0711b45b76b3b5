// PTRACE_ATTACH, PTRACE_DETACH: a running child, a stopped one, and who may not be traced.
#include "tracee.h"

int main(void) {
  pid_t pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
  next("attached", pid);
  SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
  SHOW(trace(PTRACE_CONT, pid, 0, 0));
  usleep(20000);
  SHOW(trace(PTRACE_DETACH, pid, 0, 0));
  kill(pid, SIGSTOP);
  next("stop", pid);
  SHOW(trace(PTRACE_DETACH, pid, 0, 65));
  SHOW(trace(PTRACE_DETACH, pid, 0, 0));
  SHOW(trace(PTRACE_CONT, pid, 0, 0));
  kill(pid, SIGTERM);
  show_end("detached", pid);
  SHOW(trace(PTRACE_ATTACH, getpid(), 0, 0));
  SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
  SHOW(trace(PTRACE_ATTACH, 0, 0, 0));
  pid = fork();
  if (pid == 0) {
    for (;;) pause();
  }
  SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
  next("again", pid);
  SHOW(trace(PTRACE_DETACH, pid, 0, SIGUSR1));
  show_end("detached with a signal", pid);
}
