// A fork in tt mode: an outer process clones the real one and kills itself; the tracer attaches to the orphan, which
// is no child of its own, and hears of it by wait(-1).
#include "tracee.h"
#include <sched.h>
#include <sys/prctl.h>

static char outer_stack[8192], inner_stack[8192];
static volatile int *shared;
static int inner(void *argument) {
  shared[1] = getpid();
  raise(SIGSTOP);
  shared[2] = getppid();
  raise(SIGUSR1);
  for (;;) pause();
}
static int outer(void *argument) {
  int pid = clone(inner, inner_stack + 8192, CLONE_FILES | SIGCHLD, NULL);
  int status;
  // It waits until the new one has stopped itself, and goes.
  waitpid(pid, &status, WUNTRACED);
  shared[0] = WIFSTOPPED(status);
  kill(getpid(), SIGKILL);
  return 0;
}

int main(void) {
  shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  // Orphans come here, so that their end can be seen.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t first = clone(outer, outer_stack + 8192, CLONE_FILES | SIGCHLD, NULL);
  pid_t tracer = fork();
  if (tracer == 0) {
    while (!shared[0]) usleep(1000);
    usleep(20000);
    pid_t pid = shared[1];
    int status;
    SHOW(trace(PTRACE_ATTACH, pid, 0, 0));
    // It was stopped already; the tracer lets it go and meets it again.
    pid_t got = waitpid(-1, &status, WUNTRACED);
    printf("wait(-1): %s\n", got == pid ? "the orphan" : "another");
    show_stop("attached", status);
    SHOW(trace(21, pid, 0, 1));
    SHOW(trace(PTRACE_CONT, pid, 0, 0));
    got = waitpid(-1, &status, WUNTRACED);
    printf("wait(-1): %s\n", got == pid ? "the orphan" : "another");
    show_stop("again", status);
    struct user_regs_struct regs;
    SHOW(trace(PTRACE_GETREGS, pid, 0, (unsigned long)&regs));
    if (WSTOPSIG(status) == SIGSTOP) {
      trace(PTRACE_CONT, pid, 0, 0);
      got = waitpid(-1, &status, WUNTRACED);
      show_stop("once more", status);
    }
    kill(pid, SIGKILL);
    SHOW(trace(PTRACE_KILL, pid, 0, 0));
    // As libc leaves it: data is anything.
    long result = trace(PTRACE_CONT, pid, 0, pid);
    printf("CONT after the kill: %s\n", result == 0 ? "0" : errno == ESRCH ? "ESRCH" : errno == EIO ? "EIO" : "?");
    got = waitpid(-1, &status, 0);
    printf("wait(-1): %s\n", got == pid ? "the orphan" : "another");
    show_status("killed", status);
    got = waitpid(-1, &status, WNOHANG);
    printf("nothing more: %d %s\n", got, got < 0 ? strerrorname_np(errno) : "");
    _exit(0);
  }
  show_end("outer", first);
  show_end("tracer", tracer);
  show_end("the orphan, at last", shared[1]);
  printf("its parent was %s\n", shared[2] == getpid() ? "the reaper" : shared[2] == 0 ? "never asked" : "another");
}
