// Who has the breakpoints of the debug registers: one thread of several; no child; nobody behind execve; the task still
// when its tracer has left it.
// gcc: -static -O1 -pthread
#include "tracee.h"
#include <pthread.h>

#define AT_DR(n) (offsetof(struct user, u_debugreg) + 4 * (n))
void place(void);
__asm__(".text\nplace: nop\nret\n");

static long poke(pid_t pid, int n, unsigned long value) { return trace(PTRACE_POKEUSER, pid, AT_DR(n), value); }
static void show_registers(const char *label, pid_t pid) {
  printf("%s: dr0 %s, dr6 %#lx, dr7 %#lx\n", label, peek_user(pid, AT_DR(0)) ? "set" : "0", peek_user(pid, AT_DR(6)),
         peek_user(pid, AT_DR(7)));
}
static void go(const char *label, pid_t pid, int signo) {
  trace(PTRACE_CONT, pid, 0, signo);
  next(label, pid);
}
static void *run(void *argument) {
  place();
  return argument;
}

int main(int argc, char **argv) {
  if (argc > 1) {
    place();
    return 5;
  }
  TRACEE(pid, {
    pid_t child = fork();
    place();
    if (child == 0) _exit(1);
    waitpid(child, NULL, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, run, NULL);
    pthread_join(thread, NULL);
    place();
    execl("/proc/self/exe", "again", "exec", NULL);
  });
  trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACEFORK | PTRACE_O_TRACEEXEC);
  SHOW(poke(pid, 0, (long)place));
  SHOW(poke(pid, 7, 1));
  go("fork", pid, 0);
  unsigned long child;
  trace(PTRACE_GETEVENTMSG, pid, 0, (long)&child);
  next("child", child);
  show_registers("child", child);
  go("child", child, 0);
  go("parent", pid, 0);
  show_registers("parent", pid);
  go("parent", pid, 0);
  go("behind the thread", pid, SIGCHLD);
  go("exec", pid, 0);
  show_registers("exec", pid);
  SHOW(poke(pid, 7, 0x155));
  show_registers("exec", pid);
  SHOW(poke(pid, 0, (long)place));
  SHOW(trace(PTRACE_DETACH, pid, 0, 0));
  show_end("left alone", pid);
}
