// Process groups and sessions: who may change what.
#include "report.h"

int main(int argc, char **argv) {
  if (argc > 1)
    for (;;) pause();
  IN_CHILD("leader", {
    SHOW(setpgid(0, 0));
    SHOW_TRUE(getpgrp() == getpid());
    SHOW_TRUE(getpgid(0) == getpid());
    SHOW(setsid());
    SHOW(setpgid(0, 0));
  });
  IN_CHILD("session", {
    SHOW_TRUE(setsid() == getpid());
    SHOW_TRUE(getsid(0) == getpid() && getpgrp() == getpid());
    SHOW(setsid());
    SHOW(setpgid(0, 0));
    SHOW(setpgid(0, 1));
    int ready[2];
    char word;
    if (pipe(ready)) die("pipe");
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
      SHOW_TRUE(getsid(0) == parent && getpgrp() == parent);
      SHOW(setpgid(parent, 0));
      SHOW(setpgid(0, 99999));
      if (write(ready[1], "x", 1) != 1) die("write");
      for (;;) pause();
    }
    if (read(ready[0], &word, 1) != 1) die("read");
    SHOW(setpgid(child, child));
    SHOW_TRUE(getpgid(child) == child);
    SHOW(setpgid(child, getpid()));
    SHOW_TRUE(getpgid(child) == getpid());
    SHOW(setpgid(child, -1));
    SHOW(setpgid(-1, 0));
    SHOW(setpgid(99999, 0));
    kill(child, SIGKILL);
    show_end("child", child);
    SHOW(getpgid(child));
    SHOW(getsid(child));
    // After its exec a child is left alone.
    child = fork();
    if (child == 0) {
      fcntl(ready[1], F_SETFD, FD_CLOEXEC);
      execl(argv[0], argv[0], "sleep", NULL);
      _exit(1);
    }
    // The end of the pipe closes in the exec.
    close(ready[1]);
    SHOW(read(ready[0], &word, 1));
    if (pipe(ready)) die("pipe");
    SHOW(setpgid(child, child));
    kill(child, SIGKILL);
    show_end("child", child);
    // A session of its own is out of reach.
    child = fork();
    if (child == 0) {
      setsid();
      if (write(ready[1], "x", 1) != 1) die("write");
      for (;;) pause();
    }
    if (read(ready[0], &word, 1) != 1) die("read");
    SHOW(setpgid(child, getpid()));
    kill(child, SIGKILL);
    show_end("child", child);
  });
  // kill of a group.
  pid_t leader = fork();
  if (leader == 0) {
    setpgid(0, 0);
    for (int i = 0; i < 2; i++)
      if (fork() == 0)
        for (;;) pause();
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    for (int i = 0; i < 2; i++) {
      int status;
      wait(&status);
      show_status("member", status);
    }
    _exit(0);
  }
  show_end("leader", leader);
  SHOW(kill(-leader, SIGTERM));
  SHOW(getpgid(-1));
  SHOW(getsid(-1));
  return 0;
}
