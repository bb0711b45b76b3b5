// sigsuspend and pause: the mask during the wait, its return, EINTR.
#include "report.h"

static void handler(int signo) {
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  printf("handler %d; blocked:", signo);
  for (int i = 1; i < 32; i++)
    if (sigismember(&mask, i)) printf(" %d", i);
  printf("\n");
}

int main(void) {
  sigset_t block, wait_mask, now;
  signal(SIGUSR1, handler);
  signal(SIGUSR2, handler);
  signal(SIGALRM, handler);
  sigemptyset(&block);
  sigaddset(&block, SIGUSR1);
  sigaddset(&block, SIGUSR2);
  sigprocmask(SIG_BLOCK, &block, NULL);
  raise(SIGUSR1);
  raise(SIGUSR2);
  sigemptyset(&wait_mask);
  sigaddset(&wait_mask, SIGUSR2);
  sigaddset(&wait_mask, SIGHUP);
  SHOW(sigsuspend(&wait_mask));
  sigprocmask(SIG_SETMASK, NULL, &now);
  SHOW(sigismember(&now, SIGHUP));
  SHOW(sigismember(&now, SIGUSR1));
  sigemptyset(&wait_mask);
  SHOW(sigsuspend(&wait_mask));
  ualarm(20000, 0);
  SHOW(pause());
  ualarm(20000, 0);
  SHOW(sigsuspend(&block));
  SHOW(syscall(SYS_rt_sigsuspend, &block, 4));
}
