// PTRACE_SEIZE, INTERRUPT, LISTEN: stops that are told apart from signals.
#include "tracee.h"

int main(void) {
  pid_t pid = fork();
  if (pid == 0)
    for (;;) pause();
  SHOW(trace(PTRACE_SEIZE, pid, 4, 0));
  SHOW(trace(PTRACE_SEIZE, pid, 0, 0x8000));
  SHOW(trace(PTRACE_SEIZE, pid, 0, PTRACE_O_TRACESYSGOOD));
  usleep(20000);
  int status;
  SHOW(waitpid(pid, &status, WNOHANG));
  SHOW(trace(PTRACE_INTERRUPT, pid, 0, 0));
  next("interrupted", pid);
  siginfo_t info;
  SHOW(trace(PTRACE_GETSIGINFO, pid, 0, (long)&info));
  printf("signo %d code %#x\n", info.si_signo, info.si_code);
  SHOW(trace(PTRACE_CONT, pid, 0, 0));
  kill(pid, SIGSTOP);
  next("signal", pid);
  trace(PTRACE_CONT, pid, 0, SIGSTOP);
  next("group stop", pid);
  SHOW(trace(PTRACE_LISTEN, pid, 0, 0));
  SHOW(trace(PTRACE_CONT, pid, 0, 0));
  kill(pid, SIGCONT);
  next("group stop ended", pid);
  trace(PTRACE_CONT, pid, 0, 0);
  next("SIGCONT itself", pid);
  trace(PTRACE_CONT, pid, 0, SIGCONT);
  kill(pid, SIGTERM);
  next("signal", pid);
  SHOW(trace(PTRACE_LISTEN, pid, 0, 0));
  trace(PTRACE_CONT, pid, 0, SIGTERM);
  next("end", pid);
}
