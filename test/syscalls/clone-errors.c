// clone: combinations that are refused, and fork-like calls with a stack of zero.
#include "clone.h"

static long raw(unsigned long flags) { return syscall(SYS_clone, flags, 0, 0, 0, 0); }

int main(void) {
  SHOW(raw(CLONE_SIGHAND | SIGCHLD));
  SHOW(raw(CLONE_THREAD | SIGCHLD));
  SHOW(raw(CLONE_THREAD | CLONE_VM | SIGCHLD));
  SHOW(raw(CLONE_NEWNS | CLONE_FS | SIGCHLD));
  long child = raw(SIGCHLD);
  if (child == 0) _exit(21);
  show_end("null stack", child);
  // The exit signal may be any, or none.
  signal(SIGUSR1, SIG_IGN);
  child = raw(SIGUSR1);
  if (child == 0) _exit(22);
  int status;
  SHOW(waitpid(child, &status, 0));
  SHOW_OK(waitpid(child, &status, __WCLONE));
  show_status("exit signal SIGUSR1", status);
  child = raw(0);
  if (child == 0) _exit(23);
  SHOW(waitpid(-1, &status, 0));
  SHOW(waitpid(-1, &status, WNOHANG));
  SHOW_OK(waitpid(child, &status, __WALL));
  show_status("no exit signal", status);
  child = raw(SIGCHLD);
  if (child == 0) _exit(24);
  SHOW(waitpid(child, &status, __WCLONE));
  SHOW_OK(waitpid(child, &status, 0));
  return 0;
}
