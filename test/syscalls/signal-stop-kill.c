// SIGKILL ends a stopped process; other signals wait until it goes on.
#include "report.h"

static void handler(int signo) { _exit(signo); }

int main(void) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    raise(SIGSTOP);
    _exit(1);
  }
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGKILL);
  show_end("killed", child);
  child = fork();
  if (child == 0) {
    signal(SIGUSR1, handler);
    raise(SIGSTOP);
    _exit(1);
  }
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGUSR1);
  usleep(20000);
  SHOW(waitpid(child, &status, WNOHANG));
  kill(child, SIGCONT);
  show_end("signalled", child);
}
