// Packet mode: data behind a zero byte, and news of the slave.
#include "pty.h"
static int master, slave;
int main(void) {
  open_pair(&master, &slave);
  int on = 1, now = -1;
  SHOW(ioctl(master, TIOCPKT, &on));
  SHOW(ioctl(master, TIOCGPKT, &now));
  SHOW(now);
  say(slave, "data");
  show_events("data", master);
  show_read("data", master, 100);
  SHOW(tcflow(slave, TCOOFF));
  show_events("stopped", master);
  show_read("stopped", master, 100);
  SHOW(tcflow(slave, TCOON));
  show_read("started", master, 100);
  SHOW(tcflush(slave, TCOFLUSH));
  show_read("flushed output", master, 100);
  struct termios t;
  tcgetattr(slave, &t);
  t.c_iflag &= ~IXON;
  tcsetattr(slave, TCSANOW, &t);
  show_read("without IXON", master, 100);
  t.c_iflag |= IXON;
  tcsetattr(slave, TCSANOW, &t);
  show_read("with IXON", master, 100);
  fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
  show_read("nothing", master, 100);
  say(slave, "abcdef");
  show_read("in parts", master, 4);
  show_read("in parts", master, 100);
  on = 0;
  SHOW(ioctl(master, TIOCPKT, &on));
  say(slave, "plain");
  show_read("plain", master, 100);
  SHOW(ioctl(slave, TIOCPKT, &on));
  return 0;
}
