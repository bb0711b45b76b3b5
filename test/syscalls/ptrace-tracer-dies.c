// The end of a tracer: its tracees go on, or die with PTRACE_O_EXITKILL.
#include "tracee.h"

static void trace_and_leave(pid_t pid, long options) {
  fflush(stdout);
  pid_t tracer = fork();
  if (tracer == 0) {
    if (trace(PTRACE_ATTACH, pid, 0, 0)) _exit(1);
    waitpid(pid, NULL, 0);
    if (trace(PTRACE_SETOPTIONS, pid, 0, options)) _exit(2);
    _exit(0);
  }
  show_end("tracer", tracer);
}

static pid_t sleeper(void) {
  pid_t pid = fork();
  if (pid == 0)
    for (;;) pause();
  return pid;
}

int main(void) {
  pid_t pid = sleeper();
  trace_and_leave(pid, 0);
  usleep(20000);
  int status;
  SHOW(waitpid(pid, &status, WNOHANG));
  kill(pid, SIGTERM);
  show_end("left alone", pid);
  pid = sleeper();
  trace_and_leave(pid, PTRACE_O_EXITKILL);
  show_end("taken along", pid);
}
