// A breakpoint as a debugger sets it: int3 over code, the trap, the byte back, one step, again.
#include "tracee.h"

__attribute__((noinline, noclone)) static int counted(int n) {
  __asm__ volatile("");
  return n + 1;
}

int main(void) {
  TRACEE(pid, {
    int n = 0;
    for (int i = 0; i < 3; i++) n = counted(n);
    _exit(n);
  });
  long place = (long)counted, code;
  trace(PTRACE_PEEKTEXT, pid, place, (long)&code);
  trace(PTRACE_POKETEXT, pid, place, (code & ~0xffL) | 0xcc);
  for (int i = 0; i < 3; i++) {
    trace(PTRACE_CONT, pid, 0, 0);
    next("breakpoint", pid);
    SHOW_TRUE(peek_user(pid, AT_EIP) == place + 1);
    trace(PTRACE_POKEUSER, pid, AT_EIP, place);
    trace(PTRACE_POKETEXT, pid, place, code);
    trace(PTRACE_SINGLESTEP, pid, 0, 0);
    next("step", pid);
    trace(PTRACE_POKETEXT, pid, place, (code & ~0xffL) | 0xcc);
  }
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
