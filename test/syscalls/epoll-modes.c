// epoll: level, EPOLLET and EPOLLONESHOT beside each other, changing and removing, the same file twice.
#include "report.h"
#include <sys/epoll.h>

static int epoll;
static void events(const char *label) {
  struct epoll_event ready[8];
  int count = epoll_wait(epoll, ready, 8, 0);
  printf("%s:", label);
  for (unsigned bit = 0; bit < 8; bit++)
    for (int i = 0; i < count; i++)
      if (ready[i].data.u32 == bit) printf(" %u(%#x)", bit, ready[i].events);
  printf("\n");
}
static int control(int what, int fd, unsigned mask, unsigned data) {
  struct epoll_event event = {mask, {.u32 = data}};
  return epoll_ctl(epoll, what, fd, &event);
}

int main(void) {
  int one[2], two[2], three[2];
  char byte;
  pipe(one), pipe(two), pipe(three), epoll = epoll_create1(EPOLL_CLOEXEC);
  control(EPOLL_CTL_ADD, one[0], EPOLLIN, 1), control(EPOLL_CTL_ADD, two[0], EPOLLIN | EPOLLET, 2), control(EPOLL_CTL_ADD, three[0], EPOLLIN | EPOLLONESHOT, 3);
  events("none"), write(one[1], "a", 1), write(two[1], "a", 1), write(three[1], "a", 1), events("all"), events("level only"), write(two[1], "b", 1), write(three[1], "b", 1), events("edge again");
  SHOW(control(EPOLL_CTL_MOD, three[0], EPOLLIN | EPOLLONESHOT, 3)), events("rearmed"), read(one[0], &byte, 1), events("read");
  SHOW(control(EPOLL_CTL_MOD, two[0], EPOLLIN | EPOLLET, 2)), events("edge modified"), SHOW(control(EPOLL_CTL_ADD, one[0], EPOLLIN, 1)), SHOW(control(EPOLL_CTL_ADD, dup(one[0]), EPOLLIN, 4));
  write(one[1], "c", 1), events("a copy"), SHOW(control(EPOLL_CTL_DEL, one[0], 0, 0)), SHOW(control(EPOLL_CTL_DEL, one[0], 0, 0)), events("deleted"), close(two[1]), events("hung up"), SHOW(control(EPOLL_CTL_MOD, 99, 0, 0));
  return 0;
}
