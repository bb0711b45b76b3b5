// A signal of the process goes to a thread that does not block it; a thread's own goes to that thread.
#include "report.h"
#include <pthread.h>

static __thread int me;
static int ready[2];
static void handler(int signo) { printf("signal %d in thread %d\n", signo, me); }

static void *run(void *argument) {
  me = (int)(intptr_t)argument;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  (void)!write(ready[1], "x", 1);
  sigset_t none;
  sigemptyset(&none);
  sigaddset(&none, SIGUSR2);
  if (me == 1) sigdelset(&none, SIGUSR2);
  sigsuspend(&none);
  return NULL;
}

int main(void) {
  char byte;
  if (pipe(ready)) die("pipe");
  signal(SIGUSR1, handler);
  signal(SIGUSR2, handler);
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_BLOCK, &set, NULL);
  pthread_t one, two;
  pthread_create(&one, NULL, run, (void *)1);
  (void)!read(ready[0], &byte, 1);
  usleep(20000);
  kill(getpid(), SIGUSR2);
  pthread_join(one, NULL);
  pthread_create(&two, NULL, run, (void *)2);
  (void)!read(ready[0], &byte, 1);
  usleep(20000);
  pthread_kill(two, SIGUSR1);
  pthread_join(two, NULL);
  pthread_create(&two, NULL, run, (void *)3);
  (void)!read(ready[0], &byte, 1);
  fflush(stdout);
  kill(getpid(), SIGTERM);
  pause();
}
