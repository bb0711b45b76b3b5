// times, getrusage, clock and wait4: user time of a process and of its children.
#include "report.h"
#include <sys/times.h>
#include <time.h>

static void burn(long milliseconds) {
  struct timespec now;
  do
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < milliseconds);
}

int main(void) {
  burn(60);
  struct tms t;
  struct rusage usage;
  SHOW_TRUE(times(&t) != -1 && t.tms_utime + t.tms_stime >= 4 && t.tms_cutime + t.tms_cstime == 0);
  SHOW(getrusage(RUSAGE_SELF, &usage)), SHOW_TRUE(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec >= 40000);
  SHOW_TRUE(usage.ru_maxrss > 100);
  SHOW(getrusage(RUSAGE_CHILDREN, &usage)), SHOW(usage.ru_maxrss);
  pid_t child = fork();
  if (child == 0) burn(60), _exit(0);
  SHOW_TRUE(wait4(child, NULL, 0, &usage) == child);
  SHOW_TRUE(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec >= 40000);
  SHOW(getrusage(RUSAGE_CHILDREN, &usage)), SHOW_TRUE(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec >= 40000 && usage.ru_maxrss > 0);
  times(&t), SHOW_TRUE(t.tms_cutime + t.tms_cstime >= 4);
  SHOW(getrusage(RUSAGE_THREAD, &usage)), SHOW(getrusage(9, &usage)), SHOW(getrusage(RUSAGE_SELF, (void *)8)), SHOW_TRUE(clock() >= 40000);
  return 0;
}
