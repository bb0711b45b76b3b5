// PTRACE_SYSEMU: one stop for each call, which is not made; then plain going on.
#include "tracee.h"

int main(void) {
  TRACEE(pid, {
    long a = syscall(SYS_close, 12345);
    long b = syscall(SYS_getppid);
    long c = syscall(SYS_close, 12345);
    _exit((a == 7) | (b == 8) << 1 | (c == -1 && errno == EBADF) << 2);
  });
  SHOW(trace(PTRACE_SYSEMU, pid, 0, 0));
  next("plain", pid);
  trace(21, pid, 0, 1);
  while (peek_user(pid, AT_ORIG_EAX) != SYS_close) {
    trace(PTRACE_SYSEMU, pid, 0, 0);
    next("other", pid);
  }
  printf("eax %ld\n", peek_user(pid, AT_EAX));
  trace(PTRACE_POKEUSER, pid, AT_EAX, 7);
  trace(PTRACE_SYSEMU, pid, 0, 0);
  next("second", pid);
  printf("number %ld\n", peek_user(pid, AT_ORIG_EAX));
  trace(PTRACE_POKEUSER, pid, AT_EAX, 8);
  SHOW(trace(PTRACE_CONT, pid, 0, 0));
  next("end", pid);
}
