// waitpid by process group, in the order of the children, and of a group that changes.
#include "report.h"

static pid_t ends(int status, pid_t group) {
  pid_t pid = fork();
  if (pid == 0) {
    setpgid(0, group);
    _exit(status);
  }
  setpgid(pid, group);
  return pid;
}

int main(void) {
  int status;
  setpgid(0, 0);
  pid_t a = ends(1, 0), b = ends(2, a), c = fork();
  if (c == 0) _exit(3);
  SHOW_TRUE(waitpid(0, &status, 0) == c);
  show_status("own group", status);
  SHOW(waitpid(0, &status, 0));
  SHOW(waitpid(-99999, &status, 0));
  for (int i = 0; i < 2; i++) waitid(P_PID, i ? b : a, &(siginfo_t){0}, WEXITED | WNOWAIT);
  for (int i = 0; i < 2; i++) {
    pid_t got = waitpid(-a, &status, 0);
    printf("group of a: %s\n", got == a ? "a" : got == b ? "b" : "?");
  }
  SHOW(waitpid(-a, &status, 0));
  // Zombies wait in the order of their birth, not of their end.
  pid_t kids[5];
  int gate[2];
  if (pipe(gate)) die("pipe");
  for (int i = 0; i < 5; i++) {
    kids[i] = fork();
    if (kids[i] == 0) {
      usleep((5 - i) * 4000);
      _exit(10 + i);
    }
  }
  for (int i = 0; i < 5; i++) waitid(P_PID, kids[i], &(siginfo_t){0}, WEXITED | WNOWAIT);
  for (int i = 0; i < 5; i++) {
    wait(&status);
    show_status("next", status);
  }
  // A child that moves to another group while its parent waits.
  pid_t mover = fork();
  if (mover == 0) {
    usleep(5000);
    setpgid(0, 0);
    usleep(5000);
    _exit(20);
  }
  SHOW_TRUE(waitpid(-1, &status, 0) == mover);
  show_status("mover", status);
  return 0;
}
