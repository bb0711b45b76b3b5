// A system call in tt mode: it is nullified, and turned into SIGUSR2; the handler, on the alternate stack, puts the
// result into the old frame and stops itself by a blocked SIGUSR1 that its sigreturn lets through.
#include "tracee.h"

enum { USER_STACK = 4096, KERNEL_STACK = 16384 };
static char kernel_stack[KERNEL_STACK] __attribute__((aligned(4096)));
static volatile unsigned long seen_call, seen_first, on_kernel_stack, handlers;

/** The "kernel": the sigcontext lies behind the return address and the signal's number. */
static void kernel_entry(int signo) {
  struct sigcontext *context = (struct sigcontext *)((char *)__builtin_frame_address(0) + 12);
  char here;
  on_kernel_stack = &here >= kernel_stack && &here < kernel_stack + KERNEL_STACK;
  if (++handlers > 50) _exit(98);
  seen_first = context->ebx;
  context->eax = 1000 + context->ebx;
  kill(getpid(), SIGUSR1);
}

int main(void) {
  pid_t pid = fork();
  if (pid == 0) {
    stack_t stack = {.ss_sp = kernel_stack, .ss_size = KERNEL_STACK};
    sigaltstack(&stack, NULL);
    struct { void *handler; unsigned long mask, flags; void *restorer; } action = {
        kernel_entry, 1 << (SIGUSR1 - 1) | 1 << (SIGIO - 1), SA_ONSTACK, 0};
    syscall(SYS_sigaction, SIGUSR2, &action, 0);
    sigset_t blocked;
    sigemptyset(&blocked);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    long result;
    for (int i = 1; i <= 3; i++) {
      asm volatile("int $0x80" : "=a"(result) : "a"(250), "b"(i) : "memory");
      if (result != 1000 + i) _exit(i);
    }
    _exit(on_kernel_stack ? 30 + handlers : 99);
  }
  next("start", pid);
  SHOW(trace(21, pid, 0, 1));
  int offset = offsetof(struct user, u_debugreg);
  for (int turn = 0; turn < 5; turn++) {
    trace(PTRACE_SYSEMU, pid, 0, 0);
    int status = next("in user mode", pid);
    if (!WIFSTOPPED(status)) return 1;
    struct user_regs_struct regs;
    trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs);
    printf("call %ld, eax %ld\n", regs.orig_eax, regs.eax);
    if (regs.orig_eax != 250) {
      // _exit: the kernel lets it happen.
      trace(PTRACE_POKEUSER, pid, AT_ORIG_EAX, regs.orig_eax);
      regs.eip -= 2;
      regs.eax = regs.orig_eax;
      regs.orig_eax = -1;
      trace(PTRACE_SETREGS, pid, 0, (unsigned long)&regs);
      trace(PTRACE_CONT, pid, 0, 0);
      next("end", pid);
      return 0;
    }
    // What tt mode does to the debug registers at each entry.
    unsigned long debug[8];
    for (int i = 0; i < 8; i++) debug[i] = peek_user(pid, offset + 4 * i);
    for (int i = 0; i < 8; i++)
      if (i != 4 && i != 5 && trace(PTRACE_POKEUSER, pid, offset + 4 * i, i == 6 ? 0 : debug[i])) die("debug registers");
    // At a system call's stop a signal is a new one: it is met again, and then delivered.
    trace(PTRACE_CONT, pid, 0, SIGUSR2);
    next("entering the kernel", pid);
    trace(PTRACE_CONT, pid, 0, SIGUSR2);
    next("leaving the kernel", pid);
    for (int i = 0; i < 8; i++) debug[i] = peek_user(pid, offset + 4 * i);
    for (int i = 0; i < 8; i++)
      if (i != 4 && i != 5 && trace(PTRACE_POKEUSER, pid, offset + 4 * i, debug[i])) die("debug registers");
    printf("eax now %ld, orig_eax %ld\n", peek_user(pid, AT_EAX), peek_user(pid, AT_ORIG_EAX));
  }
  return 0;
}
