// A descriptor leaves the interest list when its file is closed for good, not before.
#include "poll.h"
int main(void) {
  int a[2];
  pipe(a);
  write(a[1], "x", 1);
  int ep = epoll_create(1), copy = dup(a[0]);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = 7}, got;
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, a[0], &event));
  close(a[0]);
  SHOW(epoll_wait(ep, &got, 1, 0));
  SHOW((int)got.data.u32);
  SHOW(epoll_ctl(ep, EPOLL_CTL_DEL, a[0], &event));
  SHOW(epoll_ctl(ep, EPOLL_CTL_DEL, copy, &event));
  close(copy);
  SHOW(epoll_wait(ep, &got, 1, 0));
  int b[2];
  pipe(b);
  write(b[1], "y", 1);
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, b[0], &event));
  int second = dup(b[0]);
  event.data.u32 = 8;
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, second, &event));
  struct epoll_event both[2];
  SHOW(epoll_wait(ep, both, 2, 0));
  SHOW((int)(both[0].data.u32 + both[1].data.u32));
  IN_CHILD("an epoll is shared", SHOW(epoll_wait(ep, both, 2, 0)); close(b[0]));
  SHOW(epoll_wait(ep, both, 2, 0));
  return 0;
}
