// A pair of streams: bytes without borders, both ways.
#include "unix.h"
int main(void) {
  int s[2];
  SHOW(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, s));
  SHOW(fcntl(s[0], F_GETFD));
  SEND(s[0], "abc", 0);
  SEND(s[0], "defg", 0);
  int count;
  SHOW(ioctl(s[1], FIONREAD, &count));
  SHOW(count);
  show_recv("in one", s[1], 100, 0);
  SEND(s[0], "hello", 0);
  show_recv("peek", s[1], 100, MSG_PEEK);
  show_recv("in parts", s[1], 2, 0);
  show_recv("in parts", s[1], 100, 0);
  show_recv("nothing", s[1], 100, MSG_DONTWAIT);
  SEND(s[1], "back", 0);
  char text[16];
  show_text("read", text, read(s[0], text, sizeof text));
  SHOW(write(s[0], "written", 7));
  show_recv("recv", s[1], 100, 0);
  LATER(20, send(s[0], "ab", 2, 0); usleep(20000); send(s[0], "cd", 2, 0));
  show_recv("wait for all", s[1], 4, MSG_WAITALL);
  SHOW(send(s[0], "", 0, 0));
  show_recv("an empty send is nothing", s[1], 10, MSG_DONTWAIT);
  SEND(s[0], "xyz", 0);
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  SHOW(recvfrom(s[1], text, 2, 0, (struct sockaddr *)&address, &length));
  SHOW(length);
  SHOW(recv(s[1], text, 5, MSG_TRUNC));
  struct stat st;
  SHOW(fstat(s[0], &st));
  SHOW_TRUE(S_ISSOCK(st.st_mode) && (st.st_mode & 0777) == 0777);
  SHOW(lseek(s[0], 0, SEEK_SET));
  SHOW(pread(s[0], text, 1, 0));
  wait_all();
  return 0;
}
