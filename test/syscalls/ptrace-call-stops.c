// PTRACE_SYSCALL: entry and exit stops, numbers and results, with and without TRACESYSGOOD.
#include "tracee.h"

int main(void) {
  TRACEE(pid, {
    syscall(SYS_getppid);
    syscall(SYS_close, 77);
    _exit(9);
  });
  SHOW(trace(PTRACE_SYSCALL, pid, 0, 0));
  next("plain", pid);
  SHOW(trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD));
  for (int i = 0; i < 6; i++) {
    trace(PTRACE_SYSCALL, pid, 0, 0);
    int status = next("stop", pid);
    if (!WIFSTOPPED(status)) break;
    long nr = peek_user(pid, AT_ORIG_EAX), eax = peek_user(pid, AT_EAX);
    if (nr == SYS_getppid && eax > 0) printf("getppid gives an id\n");
    else printf("number %ld eax %ld\n", nr, eax);
  }
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
