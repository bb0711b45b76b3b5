// waitpid, wait4 and waitid: which news they wait for, WNOWAIT, stops and continues once, usage, refusals.
#include "report.h"

int main(void) {
  int status;
  struct rusage usage;
  siginfo_t info = {};
  SHOW(waitpid(-1, &status, 0)), SHOW(waitpid(getpid(), &status, WNOHANG)), SHOW(waitid(P_ALL, 0, &info, WEXITED));
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  SHOW(waitpid(child, &status, WNOHANG)), SHOW(waitid(P_PID, child, &info, WEXITED | WNOHANG)), SHOW(info.si_pid);
  kill(child, SIGSTOP);
  SHOW_TRUE(waitpid(child, &status, WUNTRACED) == child);
  show_status("stopped", status);
  SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
  kill(child, SIGCONT);
  SHOW(waitid(P_PID, child, &info, WCONTINUED | WNOWAIT)), SHOW(info.si_code), SHOW(info.si_status);
  SHOW_TRUE(waitpid(child, &status, WCONTINUED) == child);
  show_status("continued", status);
  SHOW(waitpid(child, &status, WCONTINUED | WNOHANG));
  kill(child, SIGTERM);
  SHOW(waitid(P_PID, child, &info, WEXITED | WNOWAIT)), SHOW(info.si_code), SHOW(info.si_status);
  SHOW(waitid(P_PID, child, &info, WSTOPPED | WNOHANG));
  SHOW_TRUE(wait4(child, &status, 0, &usage) == child);
  show_status("ended", status);
  SHOW(waitpid(child, &status, 0));
  SHOW(waitid(P_ALL, 0, &info, WNOHANG)), SHOW(waitid(P_ALL, 0, &info, 0x40)), SHOW(waitid(9, 0, &info, WEXITED));
  SHOW(waitid(P_PID, 0, &info, WEXITED)), SHOW(waitid(P_PIDFD, 99, &info, WEXITED)), SHOW(waitpid(0x80000000, &status, 0));
  SHOW(wait4(-1, &status, 0x1000, NULL));
  child = fork();
  if (child == 0) _exit(300);
  SHOW(wait4(-1, (int *)8, 0, NULL));
  SHOW(waitpid(child, &status, WNOHANG));
  child = fork();
  if (child == 0) {
    setpgid(0, 0);
    _exit(5);
  }
  SHOW(waitpid(0, &status, WNOHANG) == child || 1);
  while (waitpid(-1, &status, 0) > 0) {
  }
  printf("%s\n", strerrorname_np(errno));
  return 0;
}
