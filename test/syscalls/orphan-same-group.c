// A process that ends beside a stopped child in its own process group orphans nothing: nobody is hung up.
#include "report.h"
#include <sys/prctl.h>

static volatile int hung_up;
static void on_hangup(int signo) {
  (void)signo;
  hung_up = 1;
}

int main(void) {
  SHOW(prctl(PR_SET_CHILD_SUBREAPER, 1));
  signal(SIGHUP, on_hangup);
  int fd[2];
  if (pipe(fd)) die("pipe");
  pid_t child = fork();
  if (child == 0) {
    pid_t stopped = fork();
    if (stopped == 0) {
      kill(getpid(), SIGSTOP);
      _exit(hung_up ? 99 : 12);
    }
    int status;
    waitpid(stopped, &status, WUNTRACED);
    write(fd[1], &stopped, sizeof stopped);
    _exit(WIFSTOPPED(status) ? 11 : 98);
  }
  pid_t stopped;
  read(fd[0], &stopped, sizeof stopped);
  show_end("child", child);
  SHOW(hung_up);
  SHOW(waitpid(stopped, NULL, WNOHANG | WCONTINUED));
  kill(stopped, SIGCONT);
  show_end("grandchild", stopped);
  return 0;
}
