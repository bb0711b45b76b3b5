// Ignored signals are thrown away, also those that wait when they become ignored; blocked ones are kept.
#include "report.h"

static int is_pending(int signo) {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, signo);
}

static void handler(int signo) { printf("handler %d\n", signo); }

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGUSR1);
  SHOW(is_pending(SIGUSR1));
  signal(SIGUSR1, SIG_IGN);
  SHOW(is_pending(SIGUSR1));
  raise(SIGUSR1);
  SHOW(is_pending(SIGUSR1));
  signal(SIGUSR1, handler);
  SHOW(is_pending(SIGUSR1));
  sigprocmask(SIG_UNBLOCK, &set, NULL);
  sigprocmask(SIG_BLOCK, &set, NULL);
  raise(SIGCHLD);
  SHOW(is_pending(SIGCHLD));
  signal(SIGCHLD, SIG_DFL);
  SHOW(is_pending(SIGCHLD));
  signal(SIGTERM, SIG_IGN);
  raise(SIGTERM);
  raise(SIGWINCH);
  raise(SIGURG);
  raise(SIGCONT);
  puts("still here");
}
