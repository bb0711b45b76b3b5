// SIGEV_THREAD_ID: the signal goes to the thread named; timers that count CPU time.
#include "report.h"
#include <pthread.h>
#include <time.h>
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static __thread int me;
static volatile int expired;
static void handler(int signo) {
  printf("signal %d in thread %d\n", signo, me);
  expired++;
}

static int thread_id;
static void *run(void *unused) {
  me = 2;
  thread_id = syscall(SYS_gettid);
  while (expired < 1) usleep(1000);
  return unused;
}

int main(void) {
  me = 1;
  signal(SIGUSR1, handler);
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  while (*(volatile int *)&thread_id == 0) usleep(1000);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
  event.sigev_notify_thread_id = thread_id;
  int timer;
  struct itimerspec spec = {{0, 0}, {0, 5000000}};
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
  SHOW(syscall(SYS_timer_settime, timer, 0, &spec, NULL));
  pthread_join(thread, NULL);
  SHOW(syscall(SYS_timer_delete, timer));
  event.sigev_notify_thread_id = 1;
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
  event.sigev_notify_thread_id = getpid();
  // Long enough that it cannot run out within the printf below.
  spec.it_value.tv_nsec = 300000000;
  SHOW_OK(syscall(SYS_timer_create, CLOCK_PROCESS_CPUTIME_ID, &event, &timer));
  SHOW(syscall(SYS_timer_settime, timer, 0, &spec, NULL));
  usleep(30000);
  printf("asleep: %d\n", expired - 1);
  while (expired < 2) continue;
}
