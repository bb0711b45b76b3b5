// Clocks: which there are, that they go on, resolutions, CPU clocks of processes and threads, refusals.
#include "report.h"
#include <time.h>

int main(void) {
  static const clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID, CLOCK_MONOTONIC_RAW, CLOCK_REALTIME_COARSE, CLOCK_MONOTONIC_COARSE, CLOCK_BOOTTIME, CLOCK_TAI};
  for (int i = 0; i < 9; i++) {
    struct timespec one, two;
    clock_gettime(clocks[i], &one), clock_gettime(clocks[i], &two);
    printf("%d: %s\n", clocks[i], two.tv_sec > one.tv_sec || (two.tv_sec == one.tv_sec && two.tv_nsec >= one.tv_nsec) ? "on" : "back");
  }
  struct timespec t;
  SHOW(clock_gettime(99, &t)), SHOW(clock_gettime(-1000000, &t)), SHOW(clock_settime(CLOCK_MONOTONIC, &t)), SHOW(clock_getres(99, &t)), SHOW(clock_getres(CLOCK_MONOTONIC, NULL));
  SHOW(clock_getres(CLOCK_MONOTONIC, &t)), SHOW(t.tv_sec), SHOW(t.tv_nsec);
  clockid_t own;
  SHOW(clock_getcpuclockid(getpid(), &own)), SHOW(clock_gettime(own, &t)), SHOW_TRUE(clock_getcpuclockid(1 << 22, &own) != 0);
  SHOW(clock_nanosleep(99, 0, &t, NULL) != 0), t = (struct timespec){0, 1000000000}, SHOW(clock_nanosleep(CLOCK_MONOTONIC, 0, &t, NULL) != 0);
  t = (struct timespec){1, 0}, SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
  return 0;
}
