// clock_nanosleep: absolute times of two clocks, errors as return values.
#include "report.h"
#include <time.h>

static void handler(int signo) { (void)signo; }

int main(void) {
  struct timespec now, then, rest = {5, 5};
  for (int clock = 0; clock < 2; clock++) {
    clock_gettime(clock, &now);
    then = now;
    then.tv_nsec += 20000000;
    if (then.tv_nsec >= 1000000000) then.tv_nsec -= 1000000000, then.tv_sec++;
    SHOW(clock_nanosleep(clock, TIMER_ABSTIME, &then, NULL));
    clock_gettime(clock, &now);
    SHOW_TRUE(now.tv_sec > then.tv_sec || (now.tv_sec == then.tv_sec && now.tv_nsec >= then.tv_nsec));
  }
  SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL));
  SHOW(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){0, 1000000000}, NULL));
  SHOW(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &(struct timespec){0, 1}, NULL));
  SHOW(clock_nanosleep(99, 0, &(struct timespec){0, 1}, NULL));
  signal(SIGALRM, handler);
  ualarm(20000, 0);
  SHOW(clock_nanosleep(CLOCK_MONOTONIC, 0, &(struct timespec){9, 0}, &rest));
  SHOW_TRUE(rest.tv_sec == 8);
  rest.tv_sec = 5;
  clock_gettime(CLOCK_MONOTONIC, &then);
  then.tv_sec += 9;
  ualarm(20000, 0);
  SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &then, &rest));
  printf("rest untouched: %d\n", rest.tv_sec == 5);
}
