// What a closed or reset stream says: EPIPE, SIGPIPE, ECONNRESET, the end.
#include "unix.h"
int main(void) {
  int s[2];
  signal(SIGPIPE, count_signal);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  SEND(s[0], "left over", 0);
  close(s[0]);
  show_all_events("closed with data for us", s[1]);
  show_recv("left over", s[1], 100, 0);
  show_recv("the end", s[1], 100, 0);
  SEND(s[1], "late", 0);
  SHOW(signals_seen);
  SEND(s[1], "quiet", MSG_NOSIGNAL);
  SHOW(signals_seen);
  SHOW(write(s[1], "x", 1));
  SHOW(signals_seen);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  SEND(s[0], "never read", 0);
  close(s[1]);
  show_all_events("reset", s[0]);
  show_recv("reset", s[0], 100, 0);
  show_recv("then the end", s[0], 100, 0);
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  SEND(s[0], "never read", 0);
  close(s[1]);
  SHOW(option(s[0], SO_ERROR) == ECONNRESET);
  SHOW(option(s[0], SO_ERROR));
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  LATER(30, _exit(0));
  close(s[1]);
  show_recv("the child has the other end", s[0], 10, 0);
  IN_CHILD("default SIGPIPE", signal(SIGPIPE, SIG_DFL); write(s[0], "x", 1));
  int alone = socket(AF_UNIX, SOCK_STREAM, 0);
  SEND(alone, "no peer", 0);
  show_recv("no peer", alone, 10, 0);
  show_all_events("no peer", alone);
  SHOW(shutdown(alone, SHUT_RDWR));
  wait_all();
  return 0;
}
