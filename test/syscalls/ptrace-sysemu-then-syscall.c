// After a stop of PTRACE_SYSEMU, PTRACE_SYSCALL still gives the exit stop of the call that was not made.
#include "tracee.h"

int main(void) {
  TRACEE(pid, {
    for (;;) syscall(SYS_getppid);
  });
  trace(21, pid, 0, 1);
  do {
    trace(PTRACE_SYSEMU, pid, 0, 0);
    waitpid(pid, NULL, 0);
  } while (peek_user(pid, AT_ORIG_EAX) != SYS_getppid);
  trace(PTRACE_POKEUSER, pid, AT_EAX, 11);
  trace(PTRACE_SYSCALL, pid, 0, 0);
  next("exit", pid);
  printf("orig %ld eax %ld\n", peek_user(pid, AT_ORIG_EAX), peek_user(pid, AT_EAX));
  trace(PTRACE_SYSCALL, pid, 0, 0);
  next("entry", pid);
  printf("orig %ld eax %ld\n", peek_user(pid, AT_ORIG_EAX), peek_user(pid, AT_EAX));
  kill(pid, SIGKILL);
  next("end", pid);
}
