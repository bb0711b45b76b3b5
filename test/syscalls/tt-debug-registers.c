// The debug registers as UML in tt mode keeps them for its processes: read, replaced and put back at each entry.
#include "tracee.h"

static int base;
static pid_t pid;
static void poke(int n, unsigned long value) {
  long result = trace(PTRACE_POKEUSER, pid, base + 4 * n, value);
  printf("dr%d := %#lx: %s", n, value, result ? strerrorname_np(errno) : "ok");
  printf(", now %#lx\n", peek_user(pid, base + 4 * n));
}

int main(void) {
  base = offsetof(struct user, u_debugreg);
  TRACEE(child, {
    raise(SIGUSR1);
    raise(SIGUSR2);
  });
  pid = child;
  for (int n = 0; n < 4; n++) poke(n, 0x08048000 + 16 * n);
  poke(0, 0);
  poke(1, 0xbffffffc);
  poke(2, 0xffffdffc);
  poke(3, 0xfffffffc);
  poke(4, 0);
  poke(5, 1);
  poke(6, 0);
  poke(6, 0xffff0ff0);
  poke(6, 0xffff4ff1);
  poke(6, 0x12345678);
  poke(7, 0);
  poke(7, 0x400);
  poke(7, 0x100);
  poke(7, 0x300);
  poke(7, 0xd00c0000);
  poke(7, 0x2400);
  // They stay over runs and signals.
  trace(PTRACE_CONT, pid, 0, 0);
  next("stop", pid);
  for (int n = 0; n < 8; n++) printf("dr%d %#lx\n", n, peek_user(pid, base + 4 * n));
  // Kinds of breakpoints that are never right, on or off, where an address was set.
  static const unsigned long kinds[] = {0x10000, 0x20000, 0x30000, 0x40000, 0x50000, 0x80000, 0xd0000, 0xffff0000, 0x11110000};
  for (int i = 0; i < 2; i++) {
    poke(7, 0);
    for (int n = 0; n < 4; n++) poke(n, 0x08048000 + i);
    for (unsigned k = 0; k < sizeof kinds / sizeof *kinds; k++) poke(7, kinds[k]);
    poke(0, 0x08048002);
    poke(0, 0x08048003);
  }
  poke(7, 0);
  SHOW(trace(PTRACE_POKEUSER, pid, base + 4 * 8, 0));
  SHOW(trace(PTRACE_POKEUSER, pid, base + 2, 0));
  unsigned long word;
  SHOW(trace(PTRACE_PEEKUSER, pid, base + 2, (unsigned long)&word));
  SHOW(trace(PTRACE_PEEKUSER, pid, base + 32, (unsigned long)&word));
  SHOW(trace(PTRACE_PEEKUSER, pid, base + 36, (unsigned long)&word));
  trace(PTRACE_CONT, pid, 0, SIGUSR1);
  next("end", pid);
}
