// Urgent data: MSG_OOB, the mark, SO_OOBINLINE, POLLPRI. tcp(7).
#include "inet.h"
static void show_mark(int fd) {
  int at = -1;
  SHOW(ioctl(fd, SIOCATMARK, &at));
  SHOW(at);
}
int main(void) {
  int pair[2];
  tcp_pair(pair);
  show_recv("none", pair[1], 1, MSG_OOB);
  SEND(pair[0], "ab", 0);
  SEND(pair[0], "!", MSG_OOB);
  SEND(pair[0], "cd", 0);
  show_all_events("urgent", pair[1]);
  show_mark(pair[1]);
  show_recv("up to the mark", pair[1], 10, 0);
  show_mark(pair[1]);
  show_recv("peek", pair[1], 1, MSG_OOB | MSG_PEEK);
  show_recv("urgent", pair[1], 1, MSG_OOB);
  show_recv("taken", pair[1], 1, MSG_OOB);
  show_all_events("taken", pair[1]);
  show_recv("beyond", pair[1], 10, 0);
  SHOW(set_option(pair[1], SOL_SOCKET, SO_OOBINLINE, 1));
  SEND(pair[0], "ef!", MSG_OOB);
  show_recv("in line", pair[1], 1, MSG_OOB);
  show_recv("before the mark", pair[1], 10, 0);
  show_mark(pair[1]);
  show_recv("in line", pair[1], 10, 0);
  return 0;
}
