// timerfd: one shot, intervals, absolute times, what is left.
#include "poll.h"
#include <sys/timerfd.h>
static int fd;
static void show_ticks(const char *label) {
  uint64_t value;
  ssize_t count = read(fd, &value, sizeof value);
  if (count < 0) printf("%s: %s\n", label, strerrorname_np(errno));
  else printf("%s: %llu\n", label, (unsigned long long)value);
}
static struct itimerspec in(long first, long interval) {
  return (struct itimerspec){{interval / 1000, interval % 1000 * 1000000}, {first / 1000, first % 1000 * 1000000}};
}
int main(void) {
  fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  SHOW_OK(fd);
  show_ticks("not set");
  show_all_events("not set", fd);
  struct itimerspec t = in(50, 0), old;
  SHOW(timerfd_settime(fd, 0, &t, NULL));
  SHOW(timerfd_gettime(fd, &old));
  SHOW_TRUE(old.it_value.tv_sec == 0 && old.it_value.tv_nsec > 10000000 && old.it_value.tv_nsec <= 50000000);
  show_ticks("too early");
  struct pollfd one = {fd, POLLIN, 0};
  SHOW(poll(&one, 1, 5000));
  show_ticks("once");
  show_ticks("only once");
  SHOW(timerfd_gettime(fd, &old));
  SHOW_TRUE(old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);
  t = in(20, 20);
  SHOW(timerfd_settime(fd, 0, &t, NULL));
  usleep(70000);
  uint64_t ticks = 0;
  SHOW(read(fd, &ticks, sizeof ticks));
  SHOW_TRUE(ticks >= 3);
  t = in(0, 0);
  SHOW(timerfd_settime(fd, 0, &t, &old));
  SHOW((long)old.it_interval.tv_nsec);
  SHOW_TRUE(old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 20000000);
  show_ticks("disarmed");
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  fd = timerfd_create(CLOCK_REALTIME, 0);
  t = (struct itimerspec){{0, 0}, {now.tv_sec - 10, 0}};
  SHOW(timerfd_settime(fd, TFD_TIMER_ABSTIME, &t, NULL));
  show_ticks("an absolute time in the past");
  t = in(30, 0);
  SHOW(timerfd_settime(fd, 0, &t, NULL));
  show_ticks("waited");
  t.it_value.tv_nsec = 1000000000;
  SHOW(timerfd_settime(fd, 0, &t, NULL));
  SHOW(timerfd_settime(fd, 8, &t, NULL));
  SHOW(timerfd_settime(0, 0, &t, NULL));
  SHOW(timerfd_create(99, 0));
  SHOW(timerfd_create(CLOCK_MONOTONIC, 8));
  SHOW(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
  char small[4];
  SHOW(read(fd, small, 4));
  SHOW(write(fd, small, 4));
  return 0;
}
