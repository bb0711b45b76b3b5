// A call interrupted by a signal that the tracer drops: taken up again, unless orig_eax becomes -1.
#include "tracee.h"

static void sleeping(pid_t pid, int cancel) {
  usleep(20000);
  kill(pid, SIGUSR1);
  next("signal", pid);
  printf("orig %ld eax %ld\n", peek_user(pid, AT_ORIG_EAX), peek_user(pid, AT_EAX));
  if (cancel) {
    trace(PTRACE_POKEUSER, pid, AT_ORIG_EAX, -1);
    trace(PTRACE_POKEUSER, pid, AT_EAX, -123);
  }
  trace(PTRACE_CONT, pid, 0, 0);
}

int main(void) {
  int ends[2];
  if (pipe(ends)) die("pipe");
  TRACEE(pid, {
    char byte = 0;
    long got = syscall(SYS_read, ends[0], &byte, 1);
    printf("tracee: %ld %d\n", got, byte);
    got = syscall(SYS_read, ends[0], &byte, 1);
    printf("tracee: %ld errno %d\n", got, errno);
  });
  trace(PTRACE_CONT, pid, 0, 0);
  sleeping(pid, 0);
  (void)!write(ends[1], "\x5", 1);
  usleep(20000);
  sleeping(pid, 1);
  next("end", pid);
}
