// A pair from /dev/ptmx: lock, number, slave, and the peer without a path.
#include "pty.h"
#include <sys/sysmacros.h>
int main(void) {
  int master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  SHOW_OK(master);
  unsigned number = 999;
  SHOW(ioctl(master, TIOCGPTN, &number));
  char path[64], expected[64];
  sprintf(expected, "/dev/pts/%u", number);
  SHOW_TRUE(ptsname_r(master, path, sizeof path) == 0 && strcmp(path, expected) == 0);
  int locked = -1;
  SHOW(ioctl(master, TIOCGPTLCK, &locked));
  SHOW(locked);
  SHOW(open(path, O_RDWR | O_NOCTTY));
  locked = 0;
  SHOW(ioctl(master, TIOCSPTLCK, &locked));
  int slave = open(path, O_RDWR | O_NOCTTY);
  SHOW_OK(slave);
  SHOW(isatty(master));
  SHOW(isatty(slave));
  struct stat st;
  SHOW(fstat(slave, &st));
  SHOW_TRUE(S_ISCHR(st.st_mode) && major(st.st_rdev) == 136 && minor(st.st_rdev) == number);
  int peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  SHOW_OK(peer);
  SHOW(fcntl(peer, F_GETFD));
  type(master, "hello\n");
  show_read("through the peer", peer, 100);
  unsigned device = 0;
  SHOW(ioctl(slave, TIOCGDEV, &device));
  SHOW_TRUE(device == st.st_rdev);
  SHOW(ioctl(slave, TIOCGPTN, &number));
  int other = open("/dev/ptmx", O_RDWR | O_NOCTTY);
  unsigned second = number;
  SHOW(ioctl(other, TIOCGPTN, &second));
  SHOW_TRUE(second != number);
  close(slave), close(peer), close(master);
  SHOW(open(path, O_RDWR | O_NOCTTY));
  return 0;
}
