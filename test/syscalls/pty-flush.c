// tcflush of what was typed and of what was written, from both sides.
#include "pty.h"
int main(void) {
  int master, slave, count;
  open_pair(&master, &slave);
  change(slave, 0, 0, 0);
  fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
  fcntl(slave, F_SETFL, O_RDWR | O_NONBLOCK);
  type(master, "typed");
  SHOW(ioctl(slave, FIONREAD, &count));
  SHOW(count);
  SHOW(tcflush(slave, TCIFLUSH));
  show_read("typed, flushed", slave, 10);
  say(slave, "written");
  SHOW(tcflush(slave, TCOFLUSH));
  show_read("written, flushed", master, 10);
  type(master, "typed");
  say(slave, "written");
  SHOW(tcflush(slave, TCIOFLUSH));
  show_read("both", slave, 10);
  show_read("both", master, 10);
  SHOW(tcflush(slave, 7));
  type(master, "before");
  struct termios t;
  tcgetattr(slave, &t);
  SHOW(tcsetattr(slave, TCSAFLUSH, &t));
  show_read("TCSAFLUSH", slave, 10);
  type(master, "kept");
  SHOW(tcsetattr(slave, TCSADRAIN, &t));
  show_read("TCSADRAIN", slave, 10);
  SHOW(tcdrain(slave));
  SHOW(tcsendbreak(slave, 0));
  SHOW(ioctl(slave, TIOCOUTQ, &count));
  SHOW(count);
  return 0;
}
