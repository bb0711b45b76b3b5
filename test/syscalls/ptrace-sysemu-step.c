// PTRACE_SYSEMU_SINGLESTEP: steps until a call stops it; the call is not made.
#include "tracee.h"

int main(void) {
  pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    __asm__ volatile("int3; nop; nop; movl $20, %%eax; int $0x80; movl %%eax, %%ebx; movl $1, %%eax; int $0x80" ::: "eax", "ebx");
  }
  next("int3", pid);
  SHOW(trace(21, pid, 0, 1));
  for (int i = 0; i < 9; i++) {
    trace(PTRACE_SYSEMU_SINGLESTEP, pid, 0, 0);
    int status = next("step", pid);
    if (WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      printf("number %ld\n", peek_user(pid, AT_ORIG_EAX));
      break;
    }
  }
  trace(PTRACE_POKEUSER, pid, AT_EAX, 23);
  trace(PTRACE_SYSEMU_SINGLESTEP, pid, 0, 0);
  next("after the call", pid);
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
