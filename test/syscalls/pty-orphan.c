// An orphaned process group in the background is refused, not stopped.
#include "pty.h"
int main(void) {
  int done[2];
  pipe(done);
  if (fork() == 0) {
    setsid();
    int master, slave;
    open_pair(&master, &slave);
    ioctl(slave, TIOCSCTTY, 0);
    signal(SIGHUP, SIG_IGN);
    if (fork() == 0) {
      setpgid(0, 0);
      int gate[2];
      pipe(gate);
      if (fork() == 0) {
        close(gate[1]);
        char c;
        read(gate[0], &c, 1);
        usleep(20000);
        show_read("read", slave, 10);
        struct termios t;
        tcgetattr(slave, &t);
        SHOW(tcsetattr(slave, TCSANOW, &t));
        SHOW(tcsetpgrp(slave, getpgrp()));
        write(done[1], "", 1);
        _exit(0);
      }
      _exit(0);
    }
    wait(NULL);
    sleep(1);
    _exit(0);
  }
  close(done[1]);
  char c;
  read(done[0], &c, 1);
  wait(NULL);
  return 0;
}
