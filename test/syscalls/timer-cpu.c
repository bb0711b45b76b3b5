// ITIMER_VIRTUAL and ITIMER_PROF count the processor's time, not the clock's; SIGXCPU at RLIMIT_CPU.
#include "report.h"
#include <sys/time.h>

static volatile int ticks[65];
static void handler(int signo) { ticks[signo]++; }

int main(void) {
  signal(SIGVTALRM, handler);
  signal(SIGPROF, handler);
  struct itimerval set = {{0, 20000}, {0, 20000}}, now;
  SHOW(setitimer(ITIMER_VIRTUAL, &set, NULL));
  usleep(60000);
  printf("asleep: %d\n", ticks[SIGVTALRM]);
  while (ticks[SIGVTALRM] < 3) continue;
  puts("three virtual ticks");
  SHOW(getitimer(ITIMER_VIRTUAL, &now));
  SHOW_TRUE(now.it_interval.tv_usec == 20000);
  SHOW(setitimer(ITIMER_VIRTUAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL));
  SHOW(setitimer(ITIMER_PROF, &set, NULL));
  while (ticks[SIGPROF] < 2) getppid();
  puts("two profiling ticks");
  SHOW(setitimer(ITIMER_PROF, &(struct itimerval){{0, 0}, {0, 0}}, NULL));
  fflush(stdout);
  IN_CHILD("RLIMIT_CPU", {
    struct rlimit limit = {1, 2};
    setrlimit(RLIMIT_CPU, &limit);
    for (;;) continue;
  });
}
