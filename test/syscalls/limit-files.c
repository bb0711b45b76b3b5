// RLIMIT_NOFILE: who hits it, with which error, and that numbers above it stay open.
#include "report.h"
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int main(void) {
  close_range(3, ~0u, 0);
  int high = dup2(0, 50);
  struct rlimit limit = {10, 60};
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  int last = 0, fd;
  while ((fd = dup(0)) >= 0) last = fd;
  printf("%s, last %d\n", strerrorname_np(errno), last);
  SHOW(fcntl(high, F_GETFD));
  SHOW(open("/dev/null", O_RDONLY));
  SHOW(dup2(0, 10));
  SHOW(dup2(0, 9));
  SHOW(fcntl(0, F_DUPFD, 10));
  SHOW(fcntl(0, F_DUPFD, 9));
  int pair[2];
  SHOW(pipe(pair));
  SHOW(socket(AF_UNIX, SOCK_STREAM, 0));
  SHOW(eventfd(0, 0));
  SHOW(epoll_create1(0));
  close(9);
  SHOW(pipe(pair));
  SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
  SHOW(open("/dev/null", O_RDONLY));
  struct pollfd many[12] = {};
  SHOW(poll(many, 11, 0));
  limit.rlim_cur = 60;
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  SHOW_TRUE(open("/dev/null", O_RDONLY) == 10);
  limit.rlim_cur = 61;
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  limit = (struct rlimit){0, 60};
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  SHOW(dup(0));
  return 0;
}
