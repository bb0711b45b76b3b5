// A stream whose reader does not read: EAGAIN, poll, waiting, nothing lost.
#include "unix.h"
int main(void) {
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  fcntl(s[0], F_SETFL, O_RDWR | O_NONBLOCK);
  static char block[1000];
  long sent = 0, count;
  while ((count = write(s[0], block, sizeof block)) > 0) sent += count;
  SHOW(count);
  SHOW_TRUE(sent > 10000);
  show_all_events("full", s[0]);
  fcntl(s[0], F_SETFL, O_RDWR);
  pid_t child = fork();
  if (child == 0) {
    close(s[1]);
    static char big[500000];
    SHOW(write(s[0], big, sizeof big));
    _exit(0);
  }
  usleep(20000);
  close(s[0]);
  long seen = 0;
  while ((count = read(s[1], block, sizeof block)) > 0) seen += count;
  SHOW(count);
  SHOW_TRUE(seen == sent + 500000);
  show_end("writer", child);
  return 0;
}
