// The session leader ends: the foreground group gets SIGHUP and the terminal is free.
#include "pty.h"
int main(void) {
  int master, slave, news[2], gate[2];
  open_pair(&master, &slave);
  pipe(news), pipe(gate);
  pid_t leader = fork();
  if (leader == 0) {
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    if (fork() == 0) {
      sigset_t set;
      sigfillset(&set);
      sigprocmask(SIG_BLOCK, &set, NULL);
      write(news[1], "r", 1);
      int signo;
      sigemptyset(&set), sigaddset(&set, SIGHUP);
      sigwait(&set, &signo);
      char go;
      read(gate[0], &go, 1);
      printf("member: SIG%s\n", sigabbrev_np(signo));
      SHOW(open("/dev/tty", O_RDWR));
      SHOW(tcgetpgrp(slave));
      write(news[1], "d", 1);
      _exit(0);
    }
    char c;
    read(news[0], &c, 1);
    _exit(5);
  }
  show_end("leader", leader);
  write(gate[1], "g", 1);
  char c;
  read(news[0], &c, 1);
  SHOW(ioctl(master, TIOCGSID, &leader));
  show_events("slave", slave);
  return 0;
}
