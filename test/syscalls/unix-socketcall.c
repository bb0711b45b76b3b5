// socketcall(2), the old door to all of them.
#include "unix.h"
static long call(int number, long a, long b, long c, long d, long e, long f) {
  long words[6] = {a, b, c, d, e, f};
  return syscall(SYS_socketcall, number, words);
}
int main(void) {
  int s[2];
  SHOW(call(8, AF_UNIX, SOCK_STREAM, 0, (long)s, 0, 0));
  SHOW(call(9, s[0], (long)"send", 4, 0, 0, 0));
  char text[20];
  show_text("recv", text, call(10, s[1], (long)text, sizeof text, 0, 0, 0));
  SHOW(call(11, s[0], (long)"sendto", 6, 0, 0, 0));
  show_text("recvfrom", text, call(12, s[1], (long)text, sizeof text, 0, 0, 0));
  SHOW_OK(call(1, AF_UNIX, SOCK_DGRAM, 0, 0, 0, 0));
  int value = 0;
  socklen_t length = sizeof value;
  SHOW(call(15, s[0], SOL_SOCKET, SO_TYPE, (long)&value, (long)&length, 0));
  SHOW(value);
  value = 1;
  SHOW(call(14, s[0], SOL_SOCKET, SO_PASSCRED, (long)&value, sizeof value, 0));
  struct sockaddr_un address;
  length = sizeof address;
  SHOW(call(6, s[0], (long)&address, (long)&length, 0, 0, 0));
  length = sizeof address;
  SHOW(call(7, s[0], (long)&address, (long)&length, 0, 0, 0));
  SHOW(call(13, s[0], SHUT_WR, 0, 0, 0, 0));
  SHOW(call(0, 0, 0, 0, 0, 0, 0));
  SHOW(call(21, 0, 0, 0, 0, 0, 0));
  SHOW(syscall(SYS_socketcall, 1, 8));
  SHOW(call(6, 0, 0, 0, 0, 0, 0));
  return 0;
}
