// clock_gettime, clock_getres, gettimeofday, time: the clocks agree and do not go back.
#include "report.h"
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

static double read_clock(int clock) {
  struct timespec t;
  if (syscall(SYS_clock_gettime, clock, &t)) return -1;
  return t.tv_sec + t.tv_nsec * 1e-9;
}
static int near(double a, double b) { return a - b < 1 && b - a < 1; }

int main(void) {
  static const int clocks[] = {0, 1, 2, 3, 4, 5, 6, 7};
  for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
    volatile double one = read_clock(clocks[i]), two = read_clock(clocks[i]);
    printf("clock %d: %s\n", clocks[i], one < 0 ? "error" : two >= one ? "ok" : "back");
    struct timespec resolution;
    printf("resolution: %ld", syscall(SYS_clock_getres, clocks[i], &resolution));
    if (clocks[i] != 5 && clocks[i] != 6) printf(" %ld", resolution.tv_nsec);
    printf("\n");
  }
  struct timeval day;
  struct timezone zone = {9, 9};
  SHOW(syscall(SYS_gettimeofday, &day, &zone));
  printf("zone %d %d\n", zone.tz_minuteswest, zone.tz_dsttime);
  SHOW_TRUE(near(read_clock(0), day.tv_sec + day.tv_usec * 1e-6));
  SHOW_TRUE(near(read_clock(5), read_clock(0)));
  SHOW_TRUE(near(read_clock(6), read_clock(1)));
  SHOW_TRUE(near(syscall(SYS_time, NULL) + 0.5, read_clock(0)));
  SHOW(syscall(SYS_gettimeofday, NULL, NULL));
  SHOW(syscall(SYS_clock_gettime, 10, &day));
  SHOW(syscall(SYS_clock_gettime, 99, &day));
  SHOW(syscall(SYS_clock_gettime, 0, 8));
  SHOW(syscall(SYS_clock_getres, 0, 0));
  SHOW(syscall(SYS_clock_settime, 1, &day));
  struct tms times_now;
  SHOW_TRUE(times(&times_now) != -1);
  clockid_t own;
  SHOW(clock_getcpuclockid(getpid(), &own));
  SHOW_TRUE(near(read_clock(own), read_clock(2)));
  volatile long turns = 0;
  double start = read_clock(2);
  while (read_clock(2) - start < 0.03) turns++;
  SHOW_TRUE(read_clock(3) >= 0.03);
}
