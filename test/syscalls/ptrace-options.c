// SETOPTIONS: what is refused; requests that do not exist; TRACEME twice.
#include "tracee.h"

int main(void) {
  TRACEE(pid, {
    printf("tracee: TRACEME again %ld\n", trace(PTRACE_TRACEME, 0, 0, 0));
  });
  SHOW(trace(PTRACE_SETOPTIONS, pid, 0, 0x1000ff));
  SHOW(trace(PTRACE_SETOPTIONS, pid, 0, 0x400));
  SHOW(trace(PTRACE_SETOPTIONS, pid, 0, 0));
  static const int unknown[] = {10, 11, 20, 22, 23, 52, 53, 54, 55, 56, 99, 0x4300};
  for (unsigned i = 0; i < sizeof unknown / sizeof *unknown; i++) {
    printf("request %d: ", unknown[i]);
    show("result", trace(unknown[i], pid, 0, 0));
  }
  SHOW(trace(PTRACE_INTERRUPT, pid, 0, 0));
  SHOW(trace(PTRACE_LISTEN, pid, 0, 0));
  unsigned long message = 7;
  SHOW(trace(PTRACE_GETEVENTMSG, pid, 0, (long)&message));
  printf("message %lu\n", message);
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
  SHOW(trace(PTRACE_CONT, 0x3fffff, 0, 0));
  SHOW(trace(PTRACE_PEEKUSER, getppid(), 0, 0));
}
