// Job control: stop signals and SIGCONT, what wait tells, that they take each other back.
#include "report.h"

static int is_pending(int signo) {
  sigset_t pending;
  sigpending(&pending);
  return sigismember(&pending, signo);
}
static void handler(int signo) {
  static const char text[] = "continued\n";
  (void)!write(1, text, sizeof text - 1);
  (void)signo;
}

int main(void) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    setpgid(0, 0);
    signal(SIGCONT, handler);
    raise(SIGSTOP);
    raise(SIGTSTP);
    _exit(5);
  }
  waitpid(child, &status, WUNTRACED);
  show_status("child", status);
  SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
  kill(child, SIGCONT);
  waitpid(child, &status, WUNTRACED);
  show_status("child", status);
  kill(child, SIGTERM);
  SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
  kill(child, SIGCONT);
  waitpid(child, &status, 0);
  show_status("child", status);

  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTSTP);
  sigaddset(&set, SIGCONT);
  sigprocmask(SIG_BLOCK, &set, NULL);
  signal(SIGTSTP, handler);
  raise(SIGTSTP);
  SHOW(is_pending(SIGTSTP));
  raise(SIGCONT);
  SHOW(is_pending(SIGTSTP));
  SHOW(is_pending(SIGCONT));
  raise(SIGTSTP);
  SHOW(is_pending(SIGTSTP));
  SHOW(is_pending(SIGCONT));
}
