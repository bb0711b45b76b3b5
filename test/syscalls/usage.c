// getrusage, times and the CPU clocks: they grow, and children count when they are waited for.
#include "report.h"
#include <sys/times.h>
#include <time.h>

static long long micro(struct timeval *time) { return time->tv_sec * 1000000LL + time->tv_usec; }

static void burn(int milliseconds) {
  struct timespec now;
  do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < milliseconds);
}

int main(void) {
  struct rusage self, children;
  struct tms before, after;
  SHOW(getrusage(RUSAGE_SELF, &self));
  SHOW(getrusage(RUSAGE_CHILDREN, &children));
  SHOW_TRUE(micro(&children.ru_utime) + micro(&children.ru_stime) == 0);
  SHOW(getrusage(5, &self));
  SHOW(syscall(SYS_getrusage, RUSAGE_SELF, (void *)16));
  times(&before);
  SHOW(before.tms_cutime + before.tms_cstime);
  IN_CHILD("child", burn(60));
  getrusage(RUSAGE_CHILDREN, &children);
  SHOW_TRUE(micro(&children.ru_utime) + micro(&children.ru_stime) >= 40000);
  times(&after);
  SHOW_TRUE(after.tms_cutime + after.tms_cstime >= 4);
  burn(60);
  getrusage(RUSAGE_SELF, &self);
  SHOW_TRUE(micro(&self.ru_utime) + micro(&self.ru_stime) >= 40000);
  getrusage(RUSAGE_THREAD, &self);
  SHOW_TRUE(micro(&self.ru_utime) + micro(&self.ru_stime) >= 40000);
  SHOW_TRUE(self.ru_maxrss > 0);
  SHOW_TRUE(times(NULL) != (clock_t)-1);
  struct timespec now;
  SHOW(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now));
  SHOW_TRUE(now.tv_sec > 0 || now.tv_nsec > 1000000);
  return 0;
}
