// GETSIGMASK, SETSIGMASK, PEEKSIGINFO.
#include "tracee.h"
#ifndef PTRACE_PEEKSIGINFO_SHARED
#define PTRACE_PEEKSIGINFO_SHARED 1
#endif

int main(void) {
  TRACEE(pid, {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 3; i++) sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i});
    syscall(SYS_tkill, getpid(), SIGUSR1);
    raise(SIGSTOP);
    sigprocmask(SIG_SETMASK, NULL, &set);
    _exit(sigismember(&set, SIGUSR2) | sigismember(&set, SIGKILL) << 1);
  });
  trace(PTRACE_CONT, pid, 0, 0);
  next("ready", pid);
  unsigned mask[2];
  SHOW(trace(PTRACE_GETSIGMASK, pid, 8, (long)mask));
  printf("mask %#x %#x\n", mask[0], mask[1]);
  SHOW(trace(PTRACE_GETSIGMASK, pid, 4, (long)mask));
  siginfo_t infos[8];
  struct {
    unsigned long long off;
    unsigned flags;
    int nr;
  } arguments = {0, 1, 8};
  SHOW(trace(PTRACE_PEEKSIGINFO, pid, (long)&arguments, (long)infos));
  for (int i = 0; i < 3; i++) printf("%d: value %d\n", infos[i].si_signo == SIGRTMIN, infos[i].si_value.sival_int);
  arguments.off = 1;
  arguments.nr = 1;
  SHOW(trace(PTRACE_PEEKSIGINFO, pid, (long)&arguments, (long)infos));
  printf("value %d\n", infos[0].si_value.sival_int);
  arguments.off = 0;
  arguments.flags = 0;
  SHOW(trace(PTRACE_PEEKSIGINFO, pid, (long)&arguments, (long)infos));
  arguments.flags = 6;
  SHOW(trace(PTRACE_PEEKSIGINFO, pid, (long)&arguments, (long)infos));
  mask[0] |= 1 << (SIGUSR2 - 1) | 1 << (SIGKILL - 1);
  SHOW(trace(PTRACE_SETSIGMASK, pid, 8, (long)mask));
  trace(PTRACE_CONT, pid, 0, 0);
  next("end", pid);
}
