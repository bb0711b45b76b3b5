// wait4: WNOHANG, WUNTRACED, WCONTINUED, and by whom it can be asked for whom.
#include "report.h"

static pid_t sleeper(void) {
  pid_t pid = fork();
  if (pid == 0)
    for (;;) pause();
  // In a group that is not orphaned, so that terminal stops act.
  setpgid(pid, 0);
  return pid;
}

int main(void) {
  int status;
  SHOW(wait4(-1, &status, 0, NULL));
  SHOW(waitpid(1, &status, WNOHANG));
  SHOW(waitpid(-1, &status, 0x4000));
  pid_t child = sleeper();
  SHOW(waitpid(child, &status, WNOHANG));
  SHOW(waitpid(-1, &status, WNOHANG | WUNTRACED | WCONTINUED));
  kill(child, SIGSTOP);
  SHOW_TRUE(waitpid(child, &status, WUNTRACED) == child);
  show_status("stop", status);
  SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
  kill(child, SIGCONT);
  SHOW_TRUE(waitpid(child, &status, WCONTINUED) == child);
  show_status("continue", status);
  SHOW(waitpid(child, &status, WCONTINUED | WNOHANG));
  kill(child, SIGTSTP);
  SHOW_TRUE(waitpid(-1, &status, WUNTRACED) == child);
  show_status("terminal stop", status);
  // A stop nobody asked for is not kept once the process goes on.
  kill(child, SIGCONT);
  kill(child, SIGSTOP);
  kill(child, SIGCONT);
  SHOW_TRUE(waitpid(child, &status, WCONTINUED) == child);
  SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
  kill(child, SIGSTOP);
  SHOW_TRUE(waitpid(child, &status, WUNTRACED) == child);
  show_status("stopped again", status);
  kill(child, SIGTERM);
  SHOW(waitpid(child, &status, WNOHANG));
  kill(child, SIGCONT);
  show_end("pending signal acts", child);
  child = sleeper();
  kill(child, SIGSTOP);
  waitpid(child, &status, WUNTRACED);
  kill(child, SIGKILL);
  show_end("killed while stopped", child);
  child = sleeper();
  kill(child, SIGKILL);
  struct rusage usage;
  memset(&usage, 0xff, sizeof usage);
  SHOW_TRUE(wait4(child, &status, 0, &usage) == child);
  SHOW_TRUE(usage.ru_utime.tv_sec == 0 && usage.ru_utime.tv_usec < 1000000);
  SHOW(kill(child, 0));
  child = sleeper();
  kill(child, SIGKILL);
  SHOW(waitpid(child, (int *)16, 0));
  SHOW(waitpid(child, &status, WNOHANG));
  return 0;
}
