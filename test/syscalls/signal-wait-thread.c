// sigwait in one thread for what is sent to the process or to the thread; a mask of each thread.
#include "report.h"
#include <pthread.h>

static void *waiter(void *argument) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1), sigaddset(&set, SIGUSR2);
  for (int i = 0; i < 3; i++) {
    siginfo_t info;
    int signo = sigwaitinfo(&set, &info);
    printf("waiter: SIG%s code %d\n", sigabbrev_np(signo), info.si_code);
    *(volatile int *)argument = i + 1;
  }
  return NULL;
}

int main(void) {
  sigset_t set, old;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1), sigaddset(&set, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &set, &old);
  volatile int seen = 0;
  pthread_t thread;
  pthread_create(&thread, NULL, waiter, (void *)&seen);
  kill(getpid(), SIGUSR1);
  while (seen < 1) usleep(1000);
  pthread_kill(thread, SIGUSR2);
  while (seen < 2) usleep(1000);
  SHOW(pthread_sigqueue(thread, SIGUSR1, (union sigval){.sival_int = 3}));
  pthread_join(thread, NULL);
  kill(getpid(), SIGUSR2);
  sigset_t pending;
  sigpending(&pending);
  SHOW(sigismember(&pending, SIGUSR2));
  SHOW(sigismember(&pending, SIGUSR1));
  int signo;
  SHOW(sigwait(&set, &signo));
  SHOW_TRUE(signo == SIGUSR2);
  struct timespec soon = {0, 10000000}, wrong = {0, -1};
  SHOW(sigtimedwait(&set, NULL, &soon));
  SHOW(sigtimedwait(&set, NULL, &wrong));
  return 0;
}
