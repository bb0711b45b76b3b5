// A background process group at its terminal: reading stops it by SIGTTIN, writing with TOSTOP by SIGTTOU,
// ignored or blocked they are EIO or go through, tcsetpgrp too.
#include "pty.h"
#include <termios.h>

static int slave_fd;
static void on_signal(int signo) { write(1, signo == SIGTTIN ? "TTIN\n" : "TTOU\n", 5); }
/** In a process group of its own, in the background. */
#define BACKGROUND(label, ...)                  \
  do {                                          \
    pid_t child = fork();                       \
    if (child == 0) {                           \
      setpgid(0, 0);                            \
      __VA_ARGS__;                              \
      _exit(0);                                 \
    }                                           \
    setpgid(child, child);                      \
    int status;                                 \
    waitpid(child, &status, WUNTRACED);         \
    show_status(label, status);                 \
    if (WIFSTOPPED(status)) {                   \
      kill(child, SIGKILL);                     \
      waitpid(child, NULL, 0);                  \
    }                                           \
  } while (0)

static void session(void) {
  char byte;
  signal(SIGHUP, SIG_IGN);
  SHOW(tcgetpgrp(slave_fd) == getpgrp());
  BACKGROUND("reads", read(slave_fd, &byte, 1));
  BACKGROUND("reads, ignoring", signal(SIGTTIN, SIG_IGN); SHOW(read(slave_fd, &byte, 1)));
  BACKGROUND("reads, blocking", sigset_t set; sigemptyset(&set); sigaddset(&set, SIGTTIN);
             sigprocmask(SIG_BLOCK, &set, NULL); SHOW(read(slave_fd, &byte, 1)));
  BACKGROUND("reads, catching", struct sigaction action = {.sa_handler = on_signal}; sigaction(SIGTTIN, &action, NULL);
             SHOW(read(slave_fd, &byte, 1)));
  BACKGROUND("writes", SHOW(write(slave_fd, "w", 1)));
  struct termios settings;
  tcgetattr(slave_fd, &settings);
  settings.c_lflag |= TOSTOP;
  SHOW(tcsetattr(slave_fd, TCSANOW, &settings));
  BACKGROUND("writes with TOSTOP", write(slave_fd, "w", 1));
  BACKGROUND("writes, ignoring", signal(SIGTTOU, SIG_IGN); SHOW(write(slave_fd, "w", 1)));
  BACKGROUND("sets attributes", tcsetattr(slave_fd, TCSANOW, &settings));
  BACKGROUND("sets attributes, ignoring", signal(SIGTTOU, SIG_IGN); SHOW(tcsetattr(slave_fd, TCSANOW, &settings)));
  BACKGROUND("reads attributes", SHOW(tcgetattr(slave_fd, &settings)));
  BACKGROUND("takes the foreground", tcsetpgrp(slave_fd, getpgrp()));
  BACKGROUND("takes it, ignoring", signal(SIGTTOU, SIG_IGN); SHOW(tcsetpgrp(slave_fd, getpgrp())));
  signal(SIGTTOU, SIG_IGN);
  SHOW(tcsetpgrp(slave_fd, getpgrp()));
  SHOW(tcsetpgrp(slave_fd, 1 << 22));
  SHOW(tcsetpgrp(slave_fd, -1));
}

int main(void) {
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  grantpt(master), unlockpt(master);
  char name[64];
  ptsname_r(master, name, sizeof name);
  pid_t leader = fork();
  if (leader == 0) {
    setsid();
    slave_fd = open(name, O_RDWR);
    session();
    _exit(0);
  }
  show_end("session", leader);
  return 0;
}
