// Real-time signals queue, keep their order within a number, and go lowest number first.
#include "report.h"

static void handler(int signo, siginfo_t *info, void *context) {
  (void)context;
  printf("RTMIN+%d value %d\n", signo - SIGRTMIN, info->si_value.sival_int);
}

int main(void) {
  sigset_t all;
  sigfillset(&all);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO, .sa_mask = all};
  for (int i = 0; i < 4; i++) sigaction(SIGRTMIN + i, &action, NULL);
  sigprocmask(SIG_BLOCK, &all, NULL);
  for (int i = 0; i < 9; i++) SHOW(sigqueue(getpid(), SIGRTMIN + (2 * i) % 3, (union sigval){.sival_int = i}));
  kill(getpid(), SIGRTMIN + 3);
  kill(getpid(), SIGRTMIN + 3);
  sigemptyset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);

  struct rlimit few = {3, 3};
  setrlimit(RLIMIT_SIGPENDING, &few);
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  int sent = 0;
  while (sent < 10 && sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = sent}) == 0) sent++;
  printf("full: %s after some: %s\n", strerrorname_np(errno), sent <= 3 ? "yes" : "no");
  SHOW(kill(getpid(), SIGRTMIN + 1));
  SHOW(kill(getpid(), SIGUSR1));
}
