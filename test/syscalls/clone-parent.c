// CLONE_PARENT: the new process is a child of the caller's parent, which waits for it.
#include "clone.h"

static int grandchild(void *parent) {
  return getppid() == (pid_t)(intptr_t)parent ? 17 : 99;
}

int main(void) {
  pid_t self = getpid();
  int fd[2];
  if (pipe(fd)) die("pipe");
  pid_t child = fork();
  if (child == 0) {
    // As User Mode Linux makes its processes: CLONE_PARENT | CLONE_FILES | SIGCHLD, 0x8411.
    pid_t made = start(CLONE_PARENT | CLONE_FILES | SIGCHLD, grandchild, (void *)(intptr_t)self);
    if (write(fd[1], &made, sizeof made) != sizeof made) die("write");
    int status;
    SHOW(waitpid(made, &status, __WALL));
    _exit(5);
  }
  show_end("child", child);
  pid_t made;
  if (read(fd[0], &made, sizeof made) != sizeof made) die("read");
  show_end("grandchild", made);
  SHOW(wait(NULL));
  // The exit signal of a CLONE_PARENT child is that of the caller.
  child = syscall(SYS_clone, 0, 0, 0, 0, 0);
  if (child == 0) {
    made = start(CLONE_PARENT | SIGCHLD, grandchild, (void *)(intptr_t)self);
    if (write(fd[1], &made, sizeof made) != sizeof made) die("write");
    _exit(6);
  }
  show_end("second child", child);
  if (read(fd[0], &made, sizeof made) != sizeof made) die("read");
  int status;
  SHOW(waitpid(made, &status, 0));
  SHOW_TRUE(waitpid(made, &status, __WCLONE) == made);
  show_status("grandchild", status);
  return 0;
}
