// The default action of every signal, on a child: death, stop, or nothing.
#include "report.h"
#include <sys/prctl.h>

int main(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  for (int signo = 1; signo <= 64; signo++) {
    if (signo == 32 || signo == 33) continue;
    pid_t pid = fork();
    if (pid == 0) {
      kill(getpid(), signo);
      _exit(7);
    }
    int status;
    waitpid(pid, &status, WUNTRACED);
    if (WIFSTOPPED(status)) {
      printf("%d: stopped by %d\n", signo, WSTOPSIG(status));
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
    } else if (WIFSIGNALED(status)) {
      printf("%d: killed by %d\n", signo, WTERMSIG(status));
    } else {
      printf("%d: exited %d\n", signo, WEXITSTATUS(status));
    }
  }
}
