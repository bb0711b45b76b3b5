// Requests for terminals on files that are none.
#include "pty.h"
static void ask(const char *label, int fd) {
  struct termios t;
  struct winsize w;
  int value = 0;
  printf("%s\n", label);
  SHOW(tcgetattr(fd, &t));
  SHOW(ioctl(fd, TIOCGWINSZ, &w));
  SHOW(ioctl(fd, TIOCGPGRP, &value));
  SHOW(ioctl(fd, TIOCSCTTY, 0));
  SHOW(ioctl(fd, TIOCGPTN, &value));
  SHOW(ioctl(fd, 0x4b33, 0)); // KDGKBTYPE
  SHOW(isatty(fd));
}
int main(void) {
  int ends[2];
  pipe(ends);
  ask("pipe", ends[0]);
  ask("file", open("file", O_RDWR | O_CREAT, 0600));
  ask("null", open("/dev/null", O_RDWR));
  ask("closed", 99);
  int master, slave;
  open_pair(&master, &slave);
  SHOW(ioctl(slave, 0x4b33, 0));
  SHOW(ioctl(slave, TIOCMGET, ends) < 0);
  return 0;
}
