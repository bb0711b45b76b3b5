// Socket pairs: the end of the other side, shutdown, half-closed reading, SIGPIPE and MSG_NOSIGNAL.
#include "report.h"
#include <sys/socket.h>

static void on_pipe(int signo) { write(1, "SIGPIPE\n", 8); }

int main(void) {
  int pair[2];
  char text[16];
  signal(SIGPIPE, on_pipe);
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  write(pair[0], "left", 4), SHOW(shutdown(pair[0], SHUT_WR)), SHOW(write(pair[0], "x", 1)), SHOW(send(pair[0], "x", 1, MSG_NOSIGNAL));
  SHOW(read(pair[1], text, 16)), SHOW(read(pair[1], text, 16)), SHOW(write(pair[1], "back", 4)), SHOW(read(pair[0], text, 16));
  SHOW(shutdown(pair[1], SHUT_RD)), SHOW(shutdown(pair[1], 9));
  close(pair[1]), SHOW(read(pair[0], text, 16));
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  write(pair[0], "unread", 6), close(pair[1]), SHOW(read(pair[0], text, 16)), SHOW(read(pair[0], text, 16)), SHOW(write(pair[0], "x", 1));
  socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
  SHOW(send(pair[0], "", 0, 0)), SHOW(recv(pair[1], text, 16, MSG_DONTWAIT)), SHOW(recv(pair[1], text, 16, MSG_DONTWAIT));
  SHOW(send(pair[0], "truncated", 9, 0)), SHOW(recv(pair[1], text, 4, MSG_PEEK)), SHOW(recv(pair[1], text, 4, MSG_TRUNC)), SHOW(recv(pair[1], text, 4, MSG_DONTWAIT));
  SHOW(socketpair(AF_UNIX, 99, 0, pair)), SHOW(socketpair(AF_UNIX, SOCK_STREAM, 7, pair)), SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)8));
  return 0;
}
