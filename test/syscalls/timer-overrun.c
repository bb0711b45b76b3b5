// Expirations of a timer whose signal still waits are counted: si_overrun and timer_getoverrun.
#include "report.h"
#include <time.h>

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN, .sigev_value.sival_int = 5};
  timer_t timer;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  struct itimerspec spec = {{0, 2000000}, {0, 2000000}};
  timer_settime(timer, 0, &spec, NULL);
  usleep(50000);
  spec = (struct itimerspec){{0, 0}, {0, 0}};
  siginfo_t info;
  sigwaitinfo(&set, &info);
  timer_settime(timer, 0, &spec, NULL);
  printf("code %d value %d\n", info.si_code, info.si_value.sival_int);
  SHOW_TRUE(info.si_overrun >= 10);
  struct timespec none = {0, 0};
  while (sigtimedwait(&set, &info, &none) > 0) continue;
  event.sigev_notify = SIGEV_NONE;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  spec.it_value.tv_nsec = 1000000;
  SHOW(timer_settime(timer, 0, &spec, NULL));
  usleep(5000);
  SHOW(timer_gettime(timer, &spec));
  SHOW_TRUE(spec.it_value.tv_nsec == 0);
  SHOW(sigtimedwait(&set, &info, &none));
}
