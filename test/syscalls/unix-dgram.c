// A pair of datagram sockets: messages stay whole or are cut.
#include "unix.h"
int main(void) {
  int s[2], count;
  SHOW(socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
  SEND(s[0], "first", 0);
  SEND(s[0], "second", 0);
  SHOW(ioctl(s[1], FIONREAD, &count));
  SHOW(count);
  show_recv("one by one", s[1], 100, 0);
  show_recv("cut", s[1], 3, 0);
  show_recv("the rest is lost", s[1], 100, MSG_DONTWAIT);
  SHOW(send(s[0], "", 0, 0));
  show_recv("an empty message", s[1], 100, MSG_DONTWAIT);
  SEND(s[0], "long message", 0);
  char text[16];
  SHOW(recv(s[1], text, 4, MSG_TRUNC | MSG_PEEK));
  struct iovec vector = {text, 4};
  struct msghdr header = {.msg_iov = &vector, .msg_iovlen = 1};
  SHOW(recvmsg(s[1], &header, 0));
  SHOW(header.msg_flags == MSG_TRUNC);
  close(s[1]);
  SEND(s[0], "nobody", 0);
  SEND(s[0], "nobody", 0);
  show_recv("nothing", s[0], 10, MSG_DONTWAIT);
  SHOW(socketpair(AF_UNIX, SOCK_DGRAM, 0, s));
  static char big[300000];
  SHOW(send(s[0], big, sizeof big, 0));
  SHOW(send(s[0], big, 65536, 0));
  SHOW(recv(s[1], big, sizeof big, 0));
  SHOW(shutdown(s[1], SHUT_RD));
  signal(SIGPIPE, count_signal);
  SEND(s[0], "to the deaf", 0);
  SHOW(signals_seen);
  return 0;
}
