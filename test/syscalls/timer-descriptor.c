// timerfd: one shot and periodic, absolute times, reading the rest, disarming, refusals.
#include "report.h"
#include <poll.h>
#include <sys/timerfd.h>
#include <time.h>

static void show_read(int fd) {
  uint64_t ticks;
  if (read(fd, &ticks, 8) < 0) printf("%s\n", strerrorname_np(errno));
  else printf("ticks %s\n", ticks == 0 ? "none" : "some");
}

int main(void) {
  int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  SHOW(fcntl(fd, F_GETFD));
  struct itimerspec set = {{0, 0}, {0, 400000000}}, old;
  show_read(fd);
  SHOW(timerfd_settime(fd, 0, &set, NULL));
  SHOW(timerfd_gettime(fd, &old));
  SHOW_TRUE(old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 400000000 && old.it_interval.tv_nsec == 0);
  struct pollfd watched = {fd, POLLIN};
  SHOW(poll(&watched, 1, 0)), SHOW(poll(&watched, 1, 5000));
  show_read(fd), show_read(fd);
  SHOW(timerfd_gettime(fd, &old)), SHOW(old.it_value.tv_nsec);
  set.it_interval.tv_nsec = 5000000, set.it_value.tv_nsec = 5000000;
  SHOW(timerfd_settime(fd, 0, &set, NULL));
  usleep(30000);
  show_read(fd);
  fcntl(fd, F_SETFL, 0);
  show_read(fd);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  set = (struct itimerspec){};
  SHOW(timerfd_settime(fd, 0, &set, &old));
  SHOW(old.it_interval.tv_nsec);
  show_read(fd);
  // A moment that is over.
  set.it_value.tv_nsec = 1;
  SHOW(timerfd_settime(fd, TFD_TIMER_ABSTIME, &set, NULL));
  show_read(fd);
  int real = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
  clock_gettime(CLOCK_REALTIME, &set.it_value);
  set.it_value.tv_sec += 100;
  SHOW(timerfd_settime(real, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &set, NULL));
  SHOW(timerfd_gettime(real, &old));
  SHOW_TRUE(old.it_value.tv_sec >= 98 && old.it_value.tv_sec <= 100);
  show_read(real);
  SHOW(timerfd_create(99, 0)), SHOW(timerfd_create(CLOCK_MONOTONIC, 1)), SHOW(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
  set.it_value.tv_nsec = 1000000000;
  SHOW(timerfd_settime(fd, 0, &set, NULL)), SHOW(timerfd_settime(0, 0, &set, NULL)), SHOW(timerfd_settime(99, 0, &set, NULL));
  set.it_value.tv_nsec = 1;
  SHOW(timerfd_settime(fd, 8, &set, NULL)), SHOW(timerfd_gettime(0, &old));
  char small[4];
  SHOW(read(fd, small, 4)), SHOW(write(fd, small, 4));
  return 0;
}
