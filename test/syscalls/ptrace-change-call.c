// A tracer changes a call's number, cancels it, and changes its result.
#include "tracee.h"

int main(void) {
  TRACEE(pid, {
    int one = syscall(SYS_getuid) == 4711;
    int two = syscall(SYS_close, 0) == 1234;
    int three = syscall(SYS_getppid) == -77 || errno == 77;
    _exit(one | two << 1 | three << 2);
  });
  trace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD);
  int calls = 0, inside = 0;
  for (;;) {
    trace(PTRACE_SYSCALL, pid, 0, 0);
    int status;
    waitpid(pid, &status, 0);
    if (!WIFSTOPPED(status)) {
      show_status("end", status);
      break;
    }
    long nr = peek_user(pid, AT_ORIG_EAX);
    if (!inside && nr == SYS_close) {
      SHOW(trace(PTRACE_POKEUSER, pid, AT_ORIG_EAX, -1));
      calls = 1;
    } else if (inside && calls == 1) {
      printf("cancelled: eax %ld orig %ld\n", peek_user(pid, AT_EAX), nr);
      SHOW(trace(PTRACE_POKEUSER, pid, AT_EAX, 1234));
      calls = 2;
    } else if (inside && nr == SYS_getuid) {
      trace(PTRACE_POKEUSER, pid, AT_EAX, 4711);
    } else if (!inside && nr == SYS_getppid) {
      trace(PTRACE_POKEUSER, pid, AT_ORIG_EAX, 9999);
    } else if (inside && nr == 9999) {
      printf("unknown call: eax %ld\n", peek_user(pid, AT_EAX));
      trace(PTRACE_POKEUSER, pid, AT_EAX, -77);
    }
    inside = !inside;
  }
}
