// sigsuspend and ppoll with masks: the handler runs under them, and the old mask comes back.
#include "report.h"
#include <poll.h>

static int blocked(int signo) {
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  return sigismember(&mask, signo);
}
static void on_signal(int signo) { printf("%s: USR1 %d USR2 %d\n", sigabbrev_np(signo), blocked(SIGUSR1), blocked(SIGUSR2)); }

int main(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, NULL), sigaction(SIGUSR2, &action, NULL);
  sigset_t both, none, one;
  sigemptyset(&none), sigemptyset(&both), sigaddset(&both, SIGUSR1), sigaddset(&both, SIGUSR2), one = both, sigdelset(&one, SIGUSR1);
  sigprocmask(SIG_BLOCK, &both, NULL);
  raise(SIGUSR2), raise(SIGUSR1);
  SHOW(sigsuspend(&one)), SHOW(blocked(SIGUSR1)), SHOW(blocked(SIGUSR2));
  SHOW(sigsuspend(&none)), SHOW(blocked(SIGUSR2));
  raise(SIGUSR1);
  SHOW(ppoll(NULL, 0, &(struct timespec){5, 0}, &none)), SHOW(blocked(SIGUSR1));
  raise(SIGUSR2);
  SHOW(ppoll(NULL, 0, &(struct timespec){0, 1000}, &both)), SHOW(ppoll(NULL, 0, &(struct timespec){0, 1000}, &one));
  SHOW(ppoll(NULL, 0, &(struct timespec){0, 1000}, NULL)), SHOW(syscall(SYS_rt_sigsuspend, &none, 4)), SHOW(syscall(SYS_rt_sigsuspend, 8, 8));
  return 0;
}
