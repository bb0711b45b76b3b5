// epoll: level-triggered items, their data, change and removal.
#include "poll.h"
static int ep;
static void show_wait(const char *label, int most) {
  struct epoll_event events[8];
  int count = epoll_wait(ep, events, most, 0);
  if (count < 0) printf("%s: %s\n", label, strerrorname_np(errno));
  else {
    printf("%s: %d\n", label, count);
    for (int i = 0; i < count; i++) {
      char text[40];
      sprintf(text, "  item %llu", (unsigned long long)events[i].data.u64);
      show_mask(text, events[i].events);
    }
  }
}
static int control(int what, int fd, unsigned events, uint64_t data) {
  struct epoll_event event = {.events = events, .data.u64 = data};
  return epoll_ctl(ep, what, fd, &event);
}
int main(void) {
  int a[2], b[2];
  pipe(a), pipe(b);
  ep = epoll_create1(EPOLL_CLOEXEC);
  SHOW_OK(ep);
  SHOW(fcntl(ep, F_GETFD));
  SHOW(control(EPOLL_CTL_ADD, a[0], EPOLLIN, 0x100000001));
  SHOW(control(EPOLL_CTL_ADD, b[0], EPOLLIN, 2));
  SHOW(control(EPOLL_CTL_ADD, b[1], EPOLLOUT, 3));
  show_wait("only the write end", 8);
  write(a[1], "x", 1);
  show_wait("a byte", 8);
  show_wait("still there", 8);
  write(b[1], "x", 1);
  show_wait("three", 8);
  show_wait("two of three", 2);
  show_wait("two of three, in turn", 2);
  char c;
  read(a[0], &c, 1);
  SHOW(control(EPOLL_CTL_MOD, b[1], EPOLLIN, 33));
  show_wait("changed", 8);
  SHOW(epoll_ctl(ep, EPOLL_CTL_DEL, b[0], NULL));
  show_wait("removed", 8);
  close(a[1]);
  show_wait("hang-up without asking", 8);
  struct pollfd one = {ep, POLLIN, 0};
  SHOW(poll(&one, 1, 0));
  LATER(30, write(b[1], "y", 1));
  epoll_ctl(ep, EPOLL_CTL_DEL, a[0], NULL);
  read(b[0], &c, 1);
  control(EPOLL_CTL_ADD, b[0], EPOLLIN, 4);
  struct epoll_event event;
  SHOW(epoll_wait(ep, &event, 1, 5000));
  SHOW((int)event.data.u64);
  read(b[0], &c, 1);
  long start = milliseconds();
  SHOW(epoll_wait(ep, &event, 1, 50));
  SHOW_TRUE(milliseconds() - start >= 49);
  wait_all();
  return 0;
}
