// Getting, asking for and giving up a controlling terminal.
#include "pty.h"
int main(void) {
  if (fork()) {
    int status;
    wait(&status);
    show_status("session", status);
    return 0;
  }
  int master, slave;
  open_pair(&master, &slave);
  setsid();
  signal(SIGHUP, SIG_IGN);
  SHOW(open("/dev/tty", O_RDWR));
  pid_t id;
  SHOW(ioctl(slave, TIOCGSID, &id));
  SHOW(tcgetpgrp(slave));
  SHOW(ioctl(slave, TIOCNOTTY));
  SHOW(ioctl(slave, TIOCSCTTY, 0));
  SHOW(ioctl(slave, TIOCSCTTY, 0));
  SHOW(ioctl(slave, TIOCGSID, &id));
  SHOW_TRUE(id == getpid());
  SHOW(ioctl(master, TIOCGSID, &id));
  SHOW_TRUE(id == getpid());
  SHOW(ioctl(master, TIOCGPGRP, &id));
  SHOW_TRUE(id == getpgrp());
  SHOW_TRUE(tcgetsid(slave) == getsid(0));
  int tty = open("/dev/tty", O_RDWR);
  SHOW_OK(tty);
  say(tty, "by name\n");
  show_available("screen", master);
  int master2, slave2;
  open_pair(&master2, &slave2);
  SHOW(ioctl(slave2, TIOCSCTTY, 0));
  SHOW(tcgetpgrp(slave2));
  IN_CHILD("not a leader", SHOW(ioctl(slave2, TIOCSCTTY, 0)); SHOW_TRUE(tcgetpgrp(slave) == getpgrp()));
  IN_CHILD("another session", setsid(); SHOW(tcgetpgrp(slave)); SHOW(open("/dev/tty", O_RDWR));
           SHOW(ioctl(slave, TIOCSCTTY, 0)));
  SHOW(ioctl(slave, TIOCNOTTY));
  SHOW(open("/dev/tty", O_RDWR));
  SHOW(tcgetpgrp(slave));
  int again = open(ptsname(master2), O_RDWR);
  SHOW_OK(again);
  SHOW_TRUE(tcgetpgrp(again) == getpgrp());
  return 0;
}
