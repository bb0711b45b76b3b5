// setitimer, getitimer, alarm: what is stored, read back and refused; SIGALRM once and repeated.
#include "report.h"
#include <sys/time.h>

static volatile int alarms;
static void handler(int signo) {
  alarms++;
  (void)signo;
}

int main(void) {
  signal(SIGALRM, handler);
  struct itimerval set = {{0, 0}, {100, 0}}, old;
  SHOW(setitimer(ITIMER_REAL, &set, &old));
  printf("old %ld %ld\n", old.it_value.tv_sec, old.it_value.tv_usec);
  SHOW(getitimer(ITIMER_REAL, &old));
  SHOW_TRUE(old.it_value.tv_sec == 99 && old.it_value.tv_usec > 0);
  SHOW(alarm(50));
  SHOW(alarm(0));
  SHOW(alarm(0));
  set = (struct itimerval){{0, 5000}, {0, 5000}};
  SHOW(setitimer(ITIMER_REAL, &set, NULL));
  while (alarms < 3) usleep(1000);
  SHOW(getitimer(ITIMER_REAL, &old));
  printf("interval %ld %ld\n", old.it_interval.tv_sec, old.it_interval.tv_usec);
  SHOW(syscall(SYS_setitimer, ITIMER_REAL, NULL, NULL));
  alarms = 0;
  usleep(20000);
  printf("after the end: %d\n", alarms);
  set = (struct itimerval){{0, 0}, {0, 10000}};
  SHOW(setitimer(ITIMER_REAL, &set, NULL));
  while (alarms < 1) usleep(1000);
  SHOW(getitimer(ITIMER_REAL, &old));
  printf("left %ld %ld\n", old.it_value.tv_sec, old.it_value.tv_usec);
  SHOW(syscall(SYS_setitimer, ITIMER_REAL, &(long[4]){0, 0, 0, 1000000}, NULL));
  SHOW(syscall(SYS_setitimer, ITIMER_REAL, &(long[4]){0, 0, 0, -1}, NULL));
  SHOW(syscall(SYS_setitimer, ITIMER_REAL, &(long[4]){0, 0, -1, 0}, NULL));
  SHOW(syscall(SYS_setitimer, 3, NULL, NULL));
  SHOW(getitimer(3, &old));
  SHOW(syscall(SYS_getitimer, ITIMER_REAL, 8));
}
