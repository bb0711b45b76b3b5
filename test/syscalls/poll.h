// What the cases of waiting for descriptors share.
#ifndef POLL_CASES_H
#define POLL_CASES_H
#include "report.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

static inline void show_mask(const char *label, unsigned events) {
  static const struct { unsigned bit; const char *name; } names[] = {
      {POLLIN, "IN"}, {POLLPRI, "PRI"}, {POLLOUT, "OUT"}, {POLLERR, "ERR"}, {POLLHUP, "HUP"}, {POLLNVAL, "NVAL"},
      {POLLRDNORM, "RDNORM"}, {POLLRDBAND, "RDBAND"}, {POLLWRNORM, "WRNORM"}, {POLLWRBAND, "WRBAND"},
      {POLLRDHUP, "RDHUP"}};
  printf("%s:", label);
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
    if (events & names[i].bit) printf(" %s", names[i].name);
  printf("\n");
}
#define ALL_EVENTS (POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND | POLLRDHUP)
static inline void show_all_events(const char *label, int fd) {
  struct pollfd one = {fd, ALL_EVENTS, 0};
  int count = poll(&one, 1, 0);
  if (count < 0) printf("%s: %s\n", label, strerrorname_np(errno));
  else show_mask(label, one.revents);
}
static inline long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000L + now.tv_nsec / 1000000;
}
/** A child that acts a little later. */
#define LATER(ms, ...)      \
  do {                      \
    if (fork() == 0) {      \
      usleep((ms) * 1000);  \
      __VA_ARGS__;          \
      _exit(0);             \
    }                       \
  } while (0)
static inline void wait_all(void) {
  while (wait(NULL) > 0 || errno == EINTR) {}
}
static volatile sig_atomic_t signals_seen;
static inline void count_signal(int signo) { signals_seen++; }
#endif
