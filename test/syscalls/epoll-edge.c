// Edge-triggered and one-shot items.
#include "poll.h"
static int ep;
static int events_now(void) {
  struct epoll_event event;
  int count = epoll_wait(ep, &event, 1, 0);
  if (count == 1) show_mask("event", event.events);
  return count;
}
int main(void) {
  int a[2];
  pipe(a);
  ep = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN | EPOLLET};
  write(a[1], "x", 1);
  SHOW(epoll_ctl(ep, EPOLL_CTL_ADD, a[0], &event));
  SHOW(events_now());
  SHOW(events_now());
  write(a[1], "y", 1);
  SHOW(events_now());
  SHOW(events_now());
  SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, a[0], &event));
  SHOW(events_now());
  SHOW(events_now());
  event.events = EPOLLIN | EPOLLONESHOT;
  SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, a[0], &event));
  SHOW(events_now());
  SHOW(events_now());
  write(a[1], "z", 1);
  SHOW(events_now());
  SHOW(epoll_ctl(ep, EPOLL_CTL_MOD, a[0], &event));
  SHOW(events_now());
  event.events = EPOLLIN | EPOLLET;
  epoll_ctl(ep, EPOLL_CTL_MOD, a[0], &event);
  close(a[1]);
  SHOW(events_now());
  SHOW(events_now());
  return 0;
}
