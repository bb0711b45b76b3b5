// The slave is closed: the master reads what is left, then EIO; a new open of the slave revives it.
#include "pty.h"
int main(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  unlockpt(master);
  fcntl(master, F_SETFL, O_RDWR | O_NONBLOCK);
  show_events("never opened", master);
  show_read("never opened", master, 10);
  int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  int second = open(ptsname(master), O_RDWR | O_NOCTTY);
  show_events("opened", master);
  say(slave, "left");
  close(slave);
  show_events("one of two closed", master);
  close(second);
  show_events("closed", master);
  show_read("what is left", master, 10);
  show_read("then", master, 10);
  show_events("then", master);
  SHOW(write(master, "typed\n", 6));
  settle();
  slave = open(ptsname(master), O_RDWR | O_NOCTTY);
  show_available("typed meanwhile", slave);
  say(slave, "more");
  show_available("works", master);
  return 0;
}
