// Signals of a traced task stop it first: delivered, changed, dropped, with siginfo read and written.
#include "tracee.h"

static void handler(int signo, siginfo_t *info, void *context) {
  (void)context;
  printf("tracee: signal %d code %d value %d from %s\n", signo, info->si_code, info->si_value.sival_int,
         info->si_pid == getppid() ? "tracer" : "other");
}

int main(void) {
  TRACEE(pid, {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    for (int i = 0; i < 5; i++) sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = i});
    signal(SIGTERM, SIG_IGN);
    raise(SIGTERM);
    raise(SIGCHLD);
  });
  siginfo_t info;
  trace(PTRACE_CONT, pid, 0, 0);
  next("first", pid);
  SHOW(trace(PTRACE_GETSIGINFO, pid, 0, (long)&info));
  printf("code %d value %d\n", info.si_code, info.si_value.sival_int);
  trace(PTRACE_CONT, pid, 0, SIGUSR1);
  next("second, dropped", pid);
  trace(PTRACE_CONT, pid, 0, 0);
  next("third, changed", pid);
  trace(PTRACE_CONT, pid, 0, SIGUSR2);
  next("fourth, new info", pid);
  trace(PTRACE_GETSIGINFO, pid, 0, (long)&info);
  info.si_value.sival_int = 99;
  SHOW(trace(PTRACE_SETSIGINFO, pid, 0, (long)&info));
  trace(PTRACE_CONT, pid, 0, SIGUSR1);
  next("fifth", pid);
  SHOW(trace(PTRACE_CONT, pid, 0, 65));
  SHOW(trace(PTRACE_CONT, pid, 0, -1));
  trace(PTRACE_CONT, pid, 0, 0);
  next("ignored ones stop too", pid);
  trace(PTRACE_CONT, pid, 0, SIGTERM);
  next("SIGCHLD too", pid);
  trace(PTRACE_CONT, pid, 0, SIGKILL);
  next("end", pid);
}
