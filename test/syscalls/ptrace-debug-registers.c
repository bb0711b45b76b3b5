// The debug registers in the USER area: read and written as User Mode Linux does, none enabled.
#include "tracee.h"

int main(void) {
  TRACEE(pid, _exit(0));
  int base = offsetof(struct user, u_debugreg);
  printf("offset %#x\n", base);
  for (int i = 0; i < 8; i++) printf("dr%d %#lx\n", i, peek_user(pid, base + 4 * i));
  for (int i = 0; i < 8; i++) {
    if (i == 4 || i == 5) continue;
    printf("poke dr%d: %ld\n", i, trace(PTRACE_POKEUSER, pid, base + 4 * i, 0));
  }
  SHOW(trace(PTRACE_POKEUSER, pid, base + 4 * 4, 0));
  SHOW(trace(PTRACE_POKEUSER, pid, base, 0x8000));
  printf("dr0 %#lx\n", peek_user(pid, base));
  SHOW(trace(PTRACE_POKEUSER, pid, base + 4, 0xffffffff));
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
