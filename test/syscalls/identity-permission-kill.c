// needs: root
// Who may signal whom: real and effective ids of both sides, SIGCONT within a session.
#include "report.h"

static pid_t target;
static void try(const char *label, uid_t real, uid_t effective, int signo) {
  pid_t child = fork();
  if (child == 0) {
    if (setresuid(real, effective, effective)) die("setresuid");
    _exit(kill(target, signo) ? errno : 0);
  }
  show_end(label, child);
}

int main(void) {
  int ready[2];
  char byte;
  pipe(ready);
  target = fork();
  if (target == 0) {
    if (setresuid(1000, 1001, 1002)) die("setresuid");
    write(ready[1], "r", 1);
    for (;;) pause();
  }
  read(ready[0], &byte, 1);
  try("real 1000", 1000, 5, 0), try("effective 1000", 5, 1000, 0), try("real 1002", 1002, 5, 0), try("effective 1002", 5, 1002, 0), try("1001", 1001, 1001, 0), try("another", 5, 5, 0), try("SIGCONT of another", 5, 5, SIGCONT);
  kill(target, SIGKILL), waitpid(target, NULL, 0);
  return 0;
}
