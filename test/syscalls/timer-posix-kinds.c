// timer_create: SIGEV_SIGNAL, SIGEV_NONE and SIGEV_THREAD_ID, values, overruns, deleting.
#include "report.h"
#include <time.h>

static volatile sig_atomic_t fired, value, code;
static void on_timer(int signo, siginfo_t *info, void *context) { fired++, value = info->si_value.sival_int, code = info->si_code; }

int main(void) {
  struct sigaction action = {.sa_sigaction = on_timer, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL), sigaction(SIGALRM, &action, NULL);
  timer_t timer, other;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 77};
  struct itimerspec set = {{0, 0}, {0, 10000000}}, old;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer)), SHOW(timer_settime(timer, 0, &set, NULL));
  while (!fired) pause();
  SHOW(value), SHOW(code == SI_TIMER), SHOW(timer_getoverrun(timer)), SHOW(timer_gettime(timer, &old)), SHOW(old.it_value.tv_nsec);
  event.sigev_notify = SIGEV_NONE, SHOW(timer_create(CLOCK_REALTIME, &event, &other)), set.it_value.tv_sec = 50, SHOW(timer_settime(other, 0, &set, NULL)), SHOW(timer_gettime(other, &old)), SHOW_TRUE(old.it_value.tv_sec >= 48);
  SHOW(timer_delete(other)), SHOW(timer_delete(other)), SHOW(timer_gettime(other, &old));
  event.sigev_notify = SIGEV_THREAD_ID, event._sigev_un._tid = gettid(), SHOW(timer_create(CLOCK_MONOTONIC, &event, &other)), fired = 0;
  set = (struct itimerspec){{0, 0}, {0, 1}}, SHOW(timer_settime(other, TIMER_ABSTIME, &set, NULL));
  while (!fired) usleep(1000);
  SHOW(value), SHOW(timer_create(99, &event, &other)), event._sigev_un._tid = 1 << 22, SHOW(timer_create(CLOCK_MONOTONIC, &event, &other)), event.sigev_notify = SIGEV_SIGNAL, event.sigev_signo = 65, SHOW(timer_create(CLOCK_MONOTONIC, &event, &other));
  set.it_value.tv_nsec = -1, SHOW(timer_settime(timer, 0, &set, NULL)), SHOW(timer_delete((timer_t)1234));
  return 0;
}
