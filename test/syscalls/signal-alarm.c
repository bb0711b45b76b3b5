// alarm: what was left, replacing, cancelling, with setitimer.
#include "report.h"
#include <sys/time.h>

static volatile sig_atomic_t fired;
static void on_alarm(int signo) { fired++; }

int main(void) {
  SHOW(alarm(100)), SHOW(alarm(50)), SHOW(alarm(0)), SHOW(alarm(0));
  struct itimerval timer = {{0, 0}, {20, 400000}}, old;
  SHOW(setitimer(ITIMER_REAL, &timer, NULL)), SHOW(alarm(7));
  SHOW(getitimer(ITIMER_REAL, &old)), SHOW(old.it_value.tv_sec), alarm(0);
  signal(SIGALRM, on_alarm);
  timer = (struct itimerval){{0, 5000}, {0, 5000}};
  SHOW(setitimer(ITIMER_REAL, &timer, NULL));
  while (fired < 3) pause();
  timer.it_value.tv_usec = 0;
  SHOW(setitimer(ITIMER_REAL, &timer, &old)), SHOW(old.it_interval.tv_usec);
  timer.it_value.tv_usec = 1000000;
  SHOW(setitimer(ITIMER_REAL, &timer, NULL)), SHOW(setitimer(9, &timer, NULL)), SHOW(getitimer(9, &old)), SHOW(getitimer(ITIMER_REAL, (void *)8));
  return 0;
}
