// What happens to others when a descriptor is closed: a copy, a mapping, a waiting epoll, a directory.
#include "report.h"
#include <poll.h>
#include <sys/epoll.h>

int main(void) {
  int pair[2], epoll = epoll_create1(0);
  pipe(pair);
  struct epoll_event event = {EPOLLIN, {.u32 = 7}}, ready;
  epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event);
  int copy = dup(pair[0]);
  write(pair[1], "x", 1), close(pair[0]);
  SHOW(epoll_wait(epoll, &ready, 1, 0)), close(copy), SHOW(epoll_wait(epoll, &ready, 1, 0)), SHOW(epoll_ctl(epoll, EPOLL_CTL_DEL, pair[0], NULL));
  make_file("file", "mapped", 0600);
  int fd = open("file", O_RDWR);
  char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd), unlink("file"), map[0] = 'M', printf("%s\n", map), SHOW(close(fd)), SHOW(close(-1));
  mkdir("d", 0700), fd = open("d", O_RDONLY), rmdir("d"), SHOW(openat(fd, "x", O_CREAT, 0600)), SHOW(fchdir(fd)), SHOW(close(fd));
  signal(SIGPIPE, SIG_IGN), SHOW(write(pair[1], "x", 1));
  struct pollfd watched = {pair[1], POLLOUT};
  SHOW(poll(&watched, 1, 0)), SHOW(watched.revents == (POLLOUT | POLLERR));
  return 0;
}
