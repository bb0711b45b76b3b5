// CLONE_PARENT in a tracee, TRACEME in the new task: the tracer is its parent too (how UML forks its guests).
#include "tracee.h"
#include <sched.h>

int main(void) {
  int ends[2];
  if (pipe(ends)) die("pipe");
  TRACEE(pid, {
    pid_t child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
      trace(PTRACE_TRACEME, 0, 0, 0);
      __asm__ volatile("int3");
      _exit(8);
    }
    SHOW(waitpid(child, NULL, 0));
    (void)!write(ends[1], &child, sizeof child);
  });
  trace(PTRACE_CONT, pid, 0, 0);
  pid_t child;
  (void)!read(ends[0], &child, sizeof child);
  next("sibling", child);
  next("tracee", pid);
  trace(PTRACE_CONT, child, 0, 0);
  next("sibling", child);
}
