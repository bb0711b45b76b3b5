// GETREGS, SETREGS, PEEKUSER, POKEUSER: all registers both ways, and what is refused.
#include "tracee.h"

int main(void) {
  pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    __asm__ volatile(
        "movl $1, %%eax; movl $2, %%ebx; movl $3, %%ecx; movl $4, %%edx; movl $5, %%esi; movl $6, %%edi;"
        "pushl %%ebp; movl $7, %%ebp; int3; cmpl $0x11, %%ebp; movl $1, %%eax; int $0x80" ::: "memory");
  }
  next("int3", pid);
  struct user_regs_struct regs;
  SHOW(trace(PTRACE_GETREGS, pid, 0, (long)&regs));
  printf("eax %ld ebx %ld ecx %ld edx %ld esi %ld edi %ld ebp %ld orig_eax %ld\n", regs.eax, regs.ebx, regs.ecx,
         regs.edx, regs.esi, regs.edi, regs.ebp, regs.orig_eax);
  for (int i = 0; i < 17; i++)
    if (peek_user(pid, 4 * i) != ((long *)&regs)[i]) printf("word %d differs\n", i);
  long eflags = regs.eflags;
  regs.ebx = 0x21;
  regs.ebp = 0x11;
  regs.eflags = 0xffffffff & ~0x100;
  regs.xgs = 0;
  SHOW(trace(PTRACE_SETREGS, pid, 0, (long)&regs));
  printf("eflags that changed %#lx\n", (peek_user(pid, AT_EFLAGS) ^ eflags) & ~0x8d5L);
  regs.eflags = eflags;
  SHOW(trace(PTRACE_SETREGS, pid, 0, (long)&regs));
  SHOW(trace(PTRACE_POKEUSER, pid, 4 * 13, 0));
  SHOW(trace(PTRACE_POKEUSER, pid, 4 * 13, 8));
  SHOW(trace(PTRACE_POKEUSER, pid, 4 * 7, 0x10));
  SHOW(trace(PTRACE_POKEUSER, pid, 4 * 7, 0));
  printf("ds %ld\n", peek_user(pid, 4 * 7));
  SHOW(trace(PTRACE_SETREGS, pid, 0, (long)&regs));
  SHOW(trace(PTRACE_PEEKUSER, pid, 2, (long)&(long){0}));
  SHOW(trace(PTRACE_PEEKUSER, pid, 0x200, (long)&(long){0}));
  SHOW(trace(PTRACE_PEEKUSER, pid, 100, (long)&(long){0}));
  SHOW(trace(PTRACE_POKEUSER, pid, 100, 1));
  SHOW(trace(PTRACE_GETREGS, pid, 0, 8));
  SHOW(trace(PTRACE_SETREGS, pid, 0, 8));
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
