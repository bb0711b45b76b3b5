// A tracer that is not the parent: wait(-1) tells it the stops and the end, and the parent the end after it.
#include "tracee.h"

int main(void) {
  int ids[2], go[2];
  if (pipe(ids) || pipe(go)) die("pipe");
  pid_t parent = fork();
  if (parent == 0) {
    pid_t child = fork();
    if (child == 0)
      for (;;) pause();
    (void)!write(ids[1], &child, sizeof child);
    int status;
    waitpid(child, &status, 0);
    show_status("parent: child", status);
    _exit(0);
  }
  pid_t grandchild;
  (void)!read(ids[0], &grandchild, sizeof grandchild);
  SHOW(trace(PTRACE_ATTACH, grandchild, 0, 0));
  int status;
  pid_t got = waitpid(-1, &status, 0);
  printf("tracer: %s\n", got == grandchild ? "the grandchild" : "other");
  show_stop("tracer", status);
  SHOW(trace(PTRACE_CONT, grandchild, 0, SIGTERM));
  kill(grandchild, SIGTERM);
  got = waitpid(-1, &status, 0);
  printf("tracer: %s\n", got == grandchild ? "the grandchild" : "other");
  show_stop("tracer", status);
  fflush(stdout);
  if (WIFSTOPPED(status)) {
    trace(PTRACE_CONT, grandchild, 0, SIGTERM);
    next("tracer", grandchild);
  }
  show_end("parent", parent);
}
