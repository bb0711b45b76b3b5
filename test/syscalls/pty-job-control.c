// Background processes and their terminal: SIGTTIN, SIGTTOU, and EIO where nobody could help.
#include "pty.h"
static int master, slave;
/** Runs `action` in a process group of its own, in the background, and shows how it stops or ends. */
static void background(const char *label, void (*action)(void)) {
  pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    action();
    _exit(0);
  }
  int status;
  waitpid(child, &status, WUNTRACED);
  show_status(label, status);
  if (WIFSTOPPED(status)) {
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
  }
}
static void reads(void) { show_read("  read", slave, 10); }
static void writes(void) { show("  write", write(slave, "x", 1)); }
static void sets(void) {
  struct termios t;
  tcgetattr(slave, &t);
  show("  tcsetattr", tcsetattr(slave, TCSANOW, &t));
}
static void flushes(void) { show("  tcflush", tcflush(slave, TCIFLUSH)); }
static void takes(void) { show("  tcsetpgrp", tcsetpgrp(slave, getpgrp())); }
static void ignoring(void (*action)(void)) {
  signal(SIGTTIN, SIG_IGN), signal(SIGTTOU, SIG_IGN);
  action();
}
static void ignoring_reads(void) { ignoring(reads); }
static void ignoring_sets(void) { ignoring(sets); }
static void ignoring_takes(void) { ignoring(takes); }
static void blocking_reads(void) {
  sigset_t set;
  sigemptyset(&set), sigaddset(&set, SIGTTIN);
  sigprocmask(SIG_BLOCK, &set, NULL);
  reads();
}
int main(void) {
  if (fork()) {
    int status;
    wait(&status);
    show_status("session", status);
    return 0;
  }
  setsid();
  open_pair(&master, &slave);
  SHOW(ioctl(slave, TIOCSCTTY, 0));
  SHOW_TRUE(tcgetpgrp(slave) == getpgrp());
  background("read", reads);
  background("read, ignoring", ignoring_reads);
  background("read, blocking", blocking_reads);
  background("write", writes);
  background("tcsetattr", sets);
  background("tcsetattr, ignoring", ignoring_sets);
  background("tcflush", flushes);
  background("tcsetpgrp", takes);
  struct termios t;
  tcgetattr(slave, &t);
  t.c_lflag |= TOSTOP;
  tcsetattr(slave, TCSANOW, &t);
  background("write with TOSTOP", writes);
  t.c_lflag &= ~TOSTOP;
  tcsetattr(slave, TCSANOW, &t);
  background("tcsetpgrp, ignoring", ignoring_takes);
  signal(SIGTTOU, SIG_IGN);
  SHOW_TRUE(tcgetpgrp(slave) != getpgrp());
  SHOW(tcsetpgrp(slave, getpgrp()));
  SHOW_TRUE(tcgetpgrp(slave) == getpgrp());
  SHOW(tcsetpgrp(slave, 999999));
  SHOW(tcsetpgrp(slave, -1));
  SHOW(tcsetpgrp(slave, getppid()));
  return 0;
}
