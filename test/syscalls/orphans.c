// Children of a process that ends: a subreaper gets them, and their statuses.
#include "report.h"
#include <sys/prctl.h>

int main(void) {
  int reaper = -1, fd[2];
  if (pipe(fd)) die("pipe");
  SHOW(prctl(PR_SET_CHILD_SUBREAPER, 1));
  SHOW(prctl(PR_GET_CHILD_SUBREAPER, &reaper));
  SHOW(reaper);
  pid_t self = getpid(), child = fork();
  if (child == 0) {
    if (fork() == 0) {
      // Not a quality that children have.
      prctl(PR_GET_CHILD_SUBREAPER, &reaper);
      while (getppid() != self) usleep(1000);
      _exit(reaper == 0 ? 12 : 99);
    }
    _exit(11);
  }
  show_end("child", child);
  int status;
  SHOW_TRUE(wait(&status) > 0);
  show_status("grandchild", status);
  SHOW(wait(NULL));
  // A zombie whose parent ends is handed on as well.
  child = fork();
  if (child == 0) {
    pid_t zombie = fork();
    if (zombie == 0) _exit(13);
    waitid(P_PID, zombie, &(siginfo_t){0}, WEXITED | WNOWAIT);
    _exit(14);
  }
  show_end("child", child);
  SHOW_TRUE(wait(&status) > 0);
  show_status("zombie", status);
  // A signal at the parent's end.
  child = fork();
  if (child == 0) {
    if (fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGUSR2);
      int signo = 0;
      prctl(PR_GET_PDEATHSIG, &signo);
      printf("death signal %d\n", signo);
      if (write(fd[1], "x", 1) != 1) die("write");
      for (;;) pause();
    }
    char go;
    if (read(fd[0], &go, 1) != 1) die("read");
    _exit(15);
  }
  show_end("child", child);
  SHOW_TRUE(wait(&status) > 0);
  show_status("grandchild", status);
  return 0;
}
