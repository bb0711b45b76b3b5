// setpgid, setsid, getsid and tcgetsid: what they allow and refuse, with and without a terminal.
#include "report.h"

int main(void) {
  SHOW_TRUE(getpgrp() == getpgid(0));
  SHOW(getpgid(1 << 22)), SHOW(getsid(1 << 22)), SHOW(getpgid(-1));
  IN_CHILD("child", {
    SHOW(setpgid(0, 0));
    SHOW_TRUE(getpgrp() == getpid());
    SHOW(setsid());
    pid_t other = fork();
    if (other == 0) {
      SHOW_TRUE(getpgrp() == getppid());
      SHOW_TRUE(setsid() == getpid());
      SHOW_TRUE(getsid(0) == getpid() && getpgrp() == getpid());
      SHOW(setsid());
      SHOW(setpgid(0, 0));
      SHOW(setpgid(0, getppid()));
      _exit(0);
    }
    waitpid(other, NULL, 0);
    SHOW(setpgid(0, 1 << 22));
    SHOW(setpgid(-1, 0));
    SHOW(setpgid(0, -1));
    SHOW(setpgid(1 << 22, 0));
    SHOW(setpgid(getppid(), 0));
  });
  int ready[2], go[2];
  char byte;
  pipe(ready), pipe(go);
  pid_t one = fork();
  if (one == 0) {
    read(go[0], &byte, 1);
    _exit(0);
  }
  SHOW(setpgid(one, one));
  pid_t two = fork();
  if (two == 0) {
    read(go[0], &byte, 1);
    _exit(0);
  }
  SHOW(setpgid(two, one));
  SHOW_TRUE(getpgid(two) == one);
  SHOW(kill(-one, 0));
  pid_t three = fork();
  if (three == 0) {
    setsid();
    write(ready[1], "r", 1);
    read(go[0], &byte, 1);
    _exit(0);
  }
  read(ready[0], &byte, 1);
  SHOW(setpgid(three, one));
  SHOW(setpgid(two, three));
  write(go[1], "123", 3);
  siginfo_t info = {};
  SHOW(waitid(P_PGID, one, &info, WEXITED)), SHOW_TRUE(info.si_pid == one || info.si_pid == two);
  SHOW(waitid(P_PGID, one, &info, WEXITED)), SHOW(waitid(P_PGID, one, &info, WEXITED));
  SHOW_TRUE(waitpid(-1, NULL, 0) == three);
  SHOW(kill(-one, 0));
  return 0;
}
