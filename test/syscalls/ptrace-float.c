// GETFPREGS, SETFPREGS, GETFPXREGS, SETFPXREGS.
#include "tracee.h"

int main(void) {
  pid_t pid = fork();
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    double result;
    unsigned short control = 0x27f;
    __asm__ volatile("fninit; fldcw %1; fldpi; fld1; int3; faddp; fstpl %0" : "=m"(result) : "m"(control) : "memory");
    _exit((int)result);
  }
  next("int3", pid);
  struct user_fpregs_struct fp;
  struct user_fpxregs_struct fpx;
  SHOW(trace(PTRACE_GETFPREGS, pid, 0, (long)&fp));
  printf("control %#lx status %#lx tags %#lx\n", fp.cwd & 0xffff, fp.swd & 0xffff, fp.twd & 0xffff);
  for (int i = 0; i < 5; i++) printf("%08lx%c", fp.st_space[i], i < 4 ? ' ' : '\n');
  SHOW(trace(PTRACE_GETFPXREGS, pid, 0, (long)&fpx));
  printf("control %#x status %#x tags %#x mxcsr %#lx\n", fpx.cwd, fpx.swd, fpx.twd, fpx.mxcsr);
  for (int i = 0; i < 8; i++) printf("%08lx%c", fpx.st_space[i], i < 7 ? ' ' : '\n');
  ((unsigned short *)fpx.st_space)[4] = 0x4004;  // st(0): 1.0 becomes 32.0
  SHOW(trace(PTRACE_SETFPXREGS, pid, 0, (long)&fpx));
  trace(PTRACE_GETFPREGS, pid, 0, (long)&fp);
  printf("st0 exponent %#x\n", ((unsigned short *)fp.st_space)[4]);
  fp.cwd = 0x37f;
  SHOW(trace(PTRACE_SETFPREGS, pid, 0, (long)&fp));
  trace(PTRACE_GETFPXREGS, pid, 0, (long)&fpx);
  printf("control %#x\n", fpx.cwd);
  fpx.mxcsr = 0xffffffff;
  SHOW(trace(PTRACE_SETFPXREGS, pid, 0, (long)&fpx));
  SHOW(trace(PTRACE_GETFPXREGS, pid, 0, 8));
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
