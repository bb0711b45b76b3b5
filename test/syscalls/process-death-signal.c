// PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS over fork and execve.
#include "report.h"
#include <sys/prctl.h>

static volatile sig_atomic_t gone;
static void on_signal(int signo) { gone = 1; }

int main(int argc, char **argv) {
  if (argc > 1) {
    int signo;
    prctl(PR_GET_PDEATHSIG, &signo);
    int reaper;
    prctl(PR_GET_CHILD_SUBREAPER, &reaper);
    printf("after exec: death %d reaper %d dumpable %d privileges %d\n", signo, reaper, prctl(PR_GET_DUMPABLE),
           prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    return 0;
  }
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  int ready[2];
  char byte;
  pipe(ready);
  pid_t parent = fork();
  if (parent == 0) {
    pid_t child = fork();
    if (child == 0) {
      struct sigaction action = {.sa_handler = on_signal};
      sigaction(SIGUSR1, &action, NULL);
      SHOW(prctl(PR_SET_PDEATHSIG, SIGUSR1));
      write(ready[1], "r", 1);
      while (!gone) usleep(1000);
      _exit(7);
    }
    read(ready[0], &byte, 1);
    _exit(3);
  }
  show_end("parent", parent);
  int status;
  SHOW_TRUE(waitpid(-1, &status, 0) > 0);
  show_status("grandchild", status);
  SHOW(prctl(PR_SET_PDEATHSIG, 65)), SHOW(prctl(PR_SET_PDEATHSIG, -1));
  SHOW(prctl(PR_SET_DUMPABLE, 2)), SHOW(prctl(PR_SET_DUMPABLE, 0)), SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0)), SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)), SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
  SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  prctl(PR_SET_PDEATHSIG, SIGUSR2);
  IN_CHILD("fork", {
    int signo;
    prctl(PR_GET_PDEATHSIG, &signo);
    int reaper;
    prctl(PR_GET_CHILD_SUBREAPER, &reaper);
    printf("after fork: death %d reaper %d privileges %d\n", signo, reaper, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  });
  SHOW(prctl(12345)), SHOW(prctl(PR_GET_TIMERSLACK)), SHOW(prctl(PR_SET_TIMERSLACK, 1000)), SHOW(prctl(PR_GET_TIMERSLACK));
  SHOW(prctl(PR_SET_TIMERSLACK, 0)), SHOW(prctl(PR_GET_TIMERSLACK));
  fflush(stdout);
  execl("/proc/self/exe", "x", "again", NULL);
}
