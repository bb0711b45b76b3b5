// Which of several waiting signals comes first: faults aside, standard ones by number, real-time ones by number
// and then by age; a signal sent twice waits once unless it is a real-time one.
#include "report.h"

static void on_signal(int signo, siginfo_t *info, void *context) {
  if (signo >= SIGRTMIN)
    printf("RT%d value %d\n", signo - SIGRTMIN, info->si_value.sival_int);
  else
    printf("SIG%s\n", sigabbrev_np(signo));
}

int main(void) {
  static const int signals[] = {SIGUSR2, SIGHUP, SIGTERM, SIGUSR1};
  sigset_t all, old;
  sigfillset(&all);
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO, .sa_mask = all};
  for (int i = 0; i < 4; i++) sigaction(signals[i], &action, NULL);
  for (int i = 0; i < 4; i++) sigaction(SIGRTMIN + i, &action, NULL);
  sigprocmask(SIG_BLOCK, &all, &old);
  union sigval value;
  for (int i = 0; i < 3; i++) {
    value.sival_int = i;
    sigqueue(getpid(), SIGRTMIN + 2, value);
    value.sival_int = 10 + i;
    sigqueue(getpid(), SIGRTMIN, value);
  }
  for (int i = 0; i < 4; i++) raise(signals[i]), kill(getpid(), signals[i]);
  sigprocmask(SIG_SETMASK, &old, NULL);
  printf("--\n");
  // The thread's own come before the process's.
  sigprocmask(SIG_BLOCK, &all, &old);
  kill(getpid(), SIGHUP);
  raise(SIGUSR2);
  sigprocmask(SIG_SETMASK, &old, NULL);
  return 0;
}
