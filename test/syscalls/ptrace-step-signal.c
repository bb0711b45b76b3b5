// Single steps and signals: stepping into a handler stops at its first instruction.
#include "tracee.h"

static void handler(int signo) { (void)signo; }

int main(void) {
  TRACEE(pid, {
    signal(SIGUSR1, handler);
    raise(SIGSTOP);
    __asm__ volatile("nop; nop; nop; nop");
    raise(SIGSTOP);
  });
  trace(PTRACE_CONT, pid, 0, 0);
  next("ready", pid);
  SHOW(trace(PTRACE_SINGLESTEP, pid, 0, SIGUSR1));
  next("stepped with a signal", pid);
  SHOW_TRUE(peek_user(pid, AT_EIP) == (long)handler);
  siginfo_t info;
  SHOW(trace(PTRACE_GETSIGINFO, pid, 0, (long)&info));
  printf("code %d\n", info.si_code);
  trace(PTRACE_SINGLESTEP, pid, 0, 0);
  next("step in the handler", pid);
  trace(PTRACE_CONT, pid, 0, 0);
  next("next stop", pid);
  kill(pid, SIGUSR1);
  trace(PTRACE_CONT, pid, 0, 0);
  next("signal", pid);
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
