// timer_create and its kin: signals with values, one shot and repeated, absolute, getting, deleting, errors.
#include "report.h"
#include <time.h>

static volatile int expired, last_value, last_code;
static void handler(int signo, siginfo_t *info, void *context) {
  (void)signo;
  (void)context;
  expired++;
  last_value = info->si_value.sival_int;
  last_code = info->si_code;
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGALRM, &action, NULL);
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 321};
  timer_t timer;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  struct itimerspec spec = {{0, 0}, {0, 10000000}}, now;
  SHOW(timer_gettime(timer, &now));
  printf("unarmed %ld %ld\n", (long)now.it_value.tv_sec, now.it_value.tv_nsec);
  SHOW(timer_settime(timer, 0, &spec, NULL));
  while (expired < 1) usleep(1000);
  printf("value %d code %d\n", last_value, last_code);
  SHOW(timer_gettime(timer, &now));
  printf("left %ld %ld\n", (long)now.it_value.tv_sec, now.it_value.tv_nsec);
  spec = (struct itimerspec){{0, 5000000}, {0, 5000000}};
  SHOW(timer_settime(timer, 0, &spec, NULL));
  while (expired < 4) usleep(1000);
  SHOW(timer_gettime(timer, &now));
  printf("interval %ld\n", now.it_interval.tv_nsec);
  spec = (struct itimerspec){{0, 0}, {0, 0}};
  SHOW(timer_settime(timer, 0, &spec, &now));
  printf("old interval %ld\n", now.it_interval.tv_nsec);
  expired = 0;
  usleep(20000);
  printf("disarmed: %d\n", expired);
  spec.it_value.tv_nsec = 1;
  SHOW(timer_settime(timer, TIMER_ABSTIME, &spec, NULL));
  while (expired < 1) usleep(1000);
  puts("a time in the past expires at once");
  spec.it_value.tv_nsec = 1000000000;
  SHOW(timer_settime(timer, 0, &spec, NULL));
  SHOW(syscall(SYS_timer_settime, 0, 0, NULL, NULL));
  SHOW(timer_delete(timer));
  SHOW(syscall(SYS_timer_delete, 77));
  SHOW(syscall(SYS_timer_gettime, 77, &now));
  SHOW(syscall(SYS_timer_getoverrun, 77));
  SHOW(timer_create(99, &event, &timer));
  event.sigev_signo = 65;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  event.sigev_notify = 77;
  SHOW(timer_create(CLOCK_MONOTONIC, &event, &timer));
  SHOW(timer_create(CLOCK_REALTIME, NULL, &timer));
  expired = 0;
  spec = (struct itimerspec){{0, 0}, {0, 1000000}};
  SHOW(timer_settime(timer, 0, &spec, NULL));
  while (expired < 1) usleep(1000);
  puts("default event: SIGALRM");
}
