// PTRACE_SINGLESTEP: one instruction at a time, the trap flag hidden, a call is one step.
#include "tracee.h"

int main(void) {
  pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    __asm__ volatile(
        "int3; movl $5, %%ecx; incl %%ecx; jmp 1f; nop; 1: movl $20, %%eax; int $0x80; pushfl; popl %%edx;"
        "movl $3, %%ecx; rep stosb; movl $1, %%eax; movl $6, %%ebx; int $0x80"
        : : "D"(malloc(16)) : "eax", "ebx", "ecx", "edx", "memory");
  }
  next("int3", pid);
  long base = peek_user(pid, AT_EIP);
  for (int i = 0; i < 16; i++) {
    SHOW(trace(PTRACE_SINGLESTEP, pid, 0, 0));
    int status;
    waitpid(pid, &status, 0);
    if (!WIFSTOPPED(status)) {
      show_status("end", status);
      break;
    }
    siginfo_t info;
    trace(PTRACE_GETSIGINFO, pid, 0, (long)&info);
    printf("SIG%s code %d eip +%ld TF %d\n", sigabbrev_np(WSTOPSIG(status)), info.si_code,
           peek_user(pid, AT_EIP) - base, (peek_user(pid, AT_EFLAGS) & 0x100) != 0);
  }
}
