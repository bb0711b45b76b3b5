// A full master tells by SIGIO that it can be written again: how UML probes its host.
#include "pty.h"
static volatile sig_atomic_t signals;
static void note(int signo) { signals++; }
int main(void) {
  int master = open("/dev/ptmx", O_RDWR), zero = 0;
  ioctl(master, TIOCSPTLCK, &zero);
  int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
  SHOW_OK(slave);
  struct termios t;
  tcgetattr(slave, &t);
  cfmakeraw(&t);
  tcsetattr(slave, TCSADRAIN, &t);
  signal(SIGIO, note);
  SHOW(fcntl(master, F_SETFL, O_RDWR | O_ASYNC | O_NONBLOCK));
  SHOW(fcntl(master, F_SETSIG, SIGIO));
  SHOW(fcntl(master, F_SETOWN, getpid()));
  static char block[512];
  while (write(master, block, sizeof block) > 0) {}
  SHOW_TRUE(errno == EAGAIN);
  signals = 0;
  fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
  for (int i = 0; i < 1000 && signals == 0; i++)
    if (read(slave, block, sizeof block) <= 0) usleep(1000);
  SHOW_TRUE(signals > 0);
  return 0;
}
