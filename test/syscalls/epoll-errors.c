// What epoll refuses.
#include "poll.h"
int main(void) {
  int a[2];
  pipe(a);
  SHOW(epoll_create(0));
  SHOW(epoll_create1(1));
  int ep = epoll_create(1), other = epoll_create(1);
  struct epoll_event event = {.events = EPOLLIN};
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, open("file", O_CREAT | O_RDWR, 0600), &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, open(".", O_RDONLY), &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, open("/dev/null", O_RDWR), &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, 99, &event));
  SHOW(epoll_ctl(99, EPOLL_CTL_ADD, a[0], &event));
  SHOW(epoll_ctl(a[1], EPOLL_CTL_ADD, a[0], &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, a[0], &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_DEL, a[0], &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, a[0], &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, a[0], &event));
  SHOW(epoll_ctl(ep, 9, a[0], &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, a[1], (void *)8));
  SHOW(epoll_wait(ep, &event, 0, 0));
  SHOW(epoll_wait(ep, &event, -1, 0));
  SHOW(epoll_wait(a[0], &event, 1, 0));
  SHOW(epoll_wait(99, &event, 1, 0));
  write(a[1], "x", 1);
  SHOW(syscall(SYS_epoll_wait, ep, 8, 1, 0));
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, other, &event));
  SHOW(epoll_ctl(other, EPOLL_CTL_ADD, ep, &event));
  event.events = EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT;
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, a[1], &event));
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, a[1], &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, a[1], &event));
  char c;
  SHOW(read(ep, &c, 1));
  SHOW(write(ep, &c, 1));
  SHOW(lseek(ep, 0, SEEK_SET));
  return 0;
}
