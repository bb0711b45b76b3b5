// GETREGSET, SETREGSET: general registers, x87, thread areas; lengths.
#include "tracee.h"
#include <elf.h>

int main(void) {
  TRACEE(pid, _exit(0));
  struct user_regs_struct regs, plain;
  struct iovec vector = {&regs, sizeof regs};
  SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (long)&vector));
  printf("length %zu\n", vector.iov_len);
  trace(PTRACE_GETREGS, pid, 0, (long)&plain);
  SHOW(memcmp(&regs, &plain, sizeof regs));
  vector.iov_len = 400;
  char large[400];
  vector.iov_base = large;
  SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (long)&vector));
  printf("length %zu\n", vector.iov_len);
  vector.iov_len = 8;
  SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (long)&vector));
  printf("length %zu\n", vector.iov_len);
  vector.iov_len = 7;
  SHOW(trace(PTRACE_GETREGSET, pid, NT_PRSTATUS, (long)&vector));
  vector.iov_len = 108;
  SHOW(trace(PTRACE_GETREGSET, pid, NT_PRFPREG, (long)&vector));
  SHOW(trace(PTRACE_GETREGSET, pid, 0x77777, (long)&vector));
  vector.iov_base = &regs;
  vector.iov_len = sizeof regs;
  regs.esi = 0x7777;
  SHOW(trace(PTRACE_SETREGSET, pid, NT_PRSTATUS, (long)&vector));
  printf("esi %#lx\n", peek_user(pid, 4 * 3));
  trace(PTRACE_SETREGS, pid, 0, (long)&plain);
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
