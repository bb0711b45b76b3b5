// An epoll in an epoll, and what poll says of one.
#include "poll.h"
int main(void) {
  int a[2];
  pipe(a);
  int inner = epoll_create(1), outer = epoll_create(1);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = 1}, got;
  SHOW(epoll_ctl(inner, EPOLL_CTL_ADD, a[0], &event));
  event.data.u32 = 2;
  SHOW(epoll_ctl(outer, EPOLL_CTL_ADD, inner, &event));
  SHOW(epoll_wait(outer, &got, 1, 0));
  show_all_events("inner", inner);
  LATER(30, write(a[1], "x", 1));
  SHOW(epoll_wait(outer, &got, 1, 5000));
  SHOW((int)got.data.u32);
  show_all_events("inner", inner);
  SHOW(epoll_wait(inner, &got, 1, 0));
  SHOW((int)got.data.u32);
  char c;
  read(a[0], &c, 1);
  SHOW(epoll_wait(outer, &got, 1, 0));
  int chain[8];
  chain[0] = outer;
  for (int i = 1; i < 8; i++) {
    chain[i] = epoll_create(1);
    if (epoll_ctl(chain[i], EPOLL_CTL_ADD, chain[i - 1], &event)) {
      printf("chain of %d: %s\n", i + 2, strerrorname_np(errno));
      break;
    }
  }
  wait_all();
  return 0;
}
