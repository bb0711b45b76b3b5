// poll(2): readiness of pipes and files, invalid and negative numbers, waiting.
#include "poll.h"
int main(void) {
  int a[2];
  pipe(a);
  show_all_events("read end, empty", a[0]);
  show_all_events("write end, empty", a[1]);
  write(a[1], "x", 1);
  show_all_events("read end, a byte", a[0]);
  fcntl(a[1], F_SETFL, O_WRONLY | O_NONBLOCK);
  static char page[4096];
  while (write(a[1], page, sizeof page) > 0) {}
  show_all_events("write end, full", a[1]);
  close(a[1]);
  show_all_events("read end, no writer", a[0]);
  while (read(a[0], page, sizeof page) > 0) {}
  show_all_events("read end, drained", a[0]);
  pipe(a);
  close(a[0]);
  show_all_events("write end, no reader", a[1]);
  show_all_events("file", open("file", O_RDWR | O_CREAT, 0600));
  show_all_events("folder", open(".", O_RDONLY));
  show_all_events("null", open("/dev/null", O_RDWR));
  show_all_events("closed", 99);
  struct pollfd three[3] = {{-1, POLLIN, 7}, {99, POLLIN, 7}, {a[1], 0, 7}};
  SHOW(poll(three, 3, 1000));
  printf("%d %d %d\n", three[0].revents, three[1].revents, three[2].revents);
  long start = milliseconds();
  SHOW(poll(NULL, 0, 60));
  SHOW_TRUE(milliseconds() - start >= 59);
  pipe(a);
  LATER(30, write(a[1], "y", 1));
  three[0] = (struct pollfd){a[0], POLLIN, 0};
  SHOW(poll(three, 1, 5000));
  show_mask("then", three[0].revents);
  LATER(30, write(a[1], "y", 1));
  SHOW(poll(three, 1, -1));
  SHOW(syscall(SYS_poll, three, 100000, 0));
  SHOW(syscall(SYS_poll, 8, 1, 0));
  wait_all();
  return 0;
}
