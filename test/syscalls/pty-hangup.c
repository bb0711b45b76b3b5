// The master is closed: the session leader gets SIGHUP, the slave is dead.
#include "pty.h"
static volatile sig_atomic_t hung, continued;
static void note(int signo) { *(signo == SIGHUP ? &hung : &continued) = 1; }
int main(void) {
  if (fork()) {
    int status;
    wait(&status);
    show_status("child", status);
    return 0;
  }
  setsid();
  int master, slave;
  open_pair(&master, &slave);
  SHOW(ioctl(slave, TIOCSCTTY, 0));
  SHOW_TRUE(open("/dev/tty", O_RDWR) >= 0);
  signal(SIGHUP, note), signal(SIGCONT, note);
  type(master, "unread\n");
  close(master);
  for (int i = 0; i < 100 && !(hung && continued); i++) usleep(2000);
  SHOW(hung);
  SHOW(continued);
  show_events("slave", slave);
  SHOW(write(slave, "x", 1));
  show_read("read", slave, 10);
  struct termios t;
  SHOW(tcgetattr(slave, &t));
  SHOW(isatty(slave));
  SHOW(open("/dev/tty", O_RDWR));
  SHOW(tcgetpgrp(slave));
  return 3;
}
