// A traced child and its ends: exit, a signal that is passed on, one that is not, PTRACE_KILL.
#include "report.h"
#include <sys/ptrace.h>

static pid_t traced(void (*body)(void)) {
  pid_t child = fork();
  if (child == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    body();
    _exit(9);
  }
  int status;
  waitpid(child, &status, 0), show_status("stopped", status);
  return child;
}
static void nothing(void) {}
static void terminates(void) { raise(SIGTERM); }

int main(void) {
  int status;
  pid_t child = traced(nothing);
  SHOW(ptrace(PTRACE_CONT, child, 0, 0)), waitpid(child, &status, 0), show_status("exit", status);
  child = traced(terminates), ptrace(PTRACE_CONT, child, 0, 0), waitpid(child, &status, 0), show_status("signal", status), ptrace(PTRACE_CONT, child, 0, 0), waitpid(child, &status, 0), show_status("suppressed", status);
  child = traced(terminates), ptrace(PTRACE_CONT, child, 0, 0), waitpid(child, &status, 0), ptrace(PTRACE_CONT, child, 0, SIGTERM), waitpid(child, &status, 0), show_status("passed on", status);
  child = traced(terminates), ptrace(PTRACE_CONT, child, 0, 0), waitpid(child, &status, 0), ptrace(PTRACE_CONT, child, 0, SIGUSR1), waitpid(child, &status, 0), show_status("another one", status);
  child = traced(nothing), ptrace(PTRACE_KILL, child, 0, 0), waitpid(child, &status, 0), show_status("killed", status);
  child = traced(nothing), SHOW(ptrace(PTRACE_DETACH, child, 0, 0)), waitpid(child, &status, 0), show_status("detached", status);
  SHOW(ptrace(PTRACE_CONT, child, 0, 0)), SHOW(ptrace(PTRACE_CONT, getpid(), 0, 0)), SHOW(ptrace(PTRACE_ATTACH, 1 << 22, 0, 0)), SHOW(ptrace(PTRACE_ATTACH, getpid(), 0, 0));
  return 0;
}
