// A tracer that ends without waiting for a dead tracee: the parent, asleep in wait, hears of the end then.
#include "tracee.h"

int main(void) {
  int ready[2];
  if (pipe(ready)) die("pipe");
  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  fflush(stdout);
  // The tracer's own end wakes another process, which stays asleep.
  pid_t other = fork();
  if (other == 0 && fork() != 0)
    for (;;) pause();
  if (other == 0) {
    if (trace(PTRACE_ATTACH, child, 0, 0)) _exit(1);
    waitpid(child, NULL, 0);
    (void)!write(ready[1], "x", 1);
    trace(PTRACE_CONT, child, 0, 0);
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
    trace(PTRACE_CONT, child, 0, SIGTERM);
    usleep(60000);
    _exit(0);
  }
  char byte;
  (void)!read(ready[0], &byte, 1);
  int status;
  SHOW_TRUE(waitpid(child, &status, 0) == child);
  show_status("child", status);
  kill(other, SIGKILL);
  show_end("other", other);
}
