// shutdown of either direction.
#include "unix.h"
int main(void) {
  int s[2];
  signal(SIGPIPE, SIG_IGN);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  SEND(s[0], "last words", 0);
  SHOW(shutdown(s[0], SHUT_WR));
  show_all_events("0, write side shut", s[0]);
  show_all_events("1, peer done", s[1]);
  show_recv("last words", s[1], 100, 0);
  show_recv("the end", s[1], 100, 0);
  SEND(s[0], "no more", 0);
  SEND(s[1], "still works", 0);
  show_recv("the other way", s[0], 100, 0);
  SHOW(shutdown(s[0], SHUT_RD));
  show_all_events("0, both shut", s[0]);
  show_all_events("1, both shut", s[1]);
  SEND(s[1], "nobody listens", 0);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  SEND(s[1], "unread", 0);
  SHOW(shutdown(s[0], SHUT_RD));
  SEND(s[1], "refused", 0);
  show_recv("what came before", s[0], 100, 0);
  show_recv("the end", s[0], 100, 0);
  SHOW(shutdown(s[0], 3));
  LATER(30, shutdown(s[1], SHUT_RDWR));
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  LATER(30, shutdown(s[1], SHUT_RDWR));
  show_recv("ended while it waits", s[0], 100, 0);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  SHOW(shutdown(s[0], SHUT_RD));
  show_recv("datagrams, blocking", s[0], 10, 0);
  show_recv("datagrams, not blocking", s[0], 10, MSG_DONTWAIT);
  SHOW(shutdown(s[0], SHUT_WR));
  SEND(s[0], "no", 0);
  wait_all();
  return 0;
}
