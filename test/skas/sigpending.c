// PTRACE_SIGPENDING: the signals that wait for one tracee.
#include "skas.h"
#include <pthread.h>

static unsigned long long set;
static long ask(pid_t pid) {
  set = -1;
  return trace(PTRACE_SIGPENDING, pid, 0, (unsigned long)&set);
}
static unsigned long long bit(int signo) { return 1ull << (signo - 1); }

int main(void) {
  pid_t pid = start_guest();
  CASE("nothing waits at first") {
    EXPECT(0, ask(pid));
    EXPECT_TRUE(set == 0);
  }
  CASE("signals for the thread are in the set") {
    syscall(SYS_tkill, pid, SIGUSR1);
    syscall(SYS_tkill, pid, SIGALRM);
    EXPECT(0, ask(pid));
    EXPECT_TRUE(set == (bit(SIGUSR1) | bit(SIGALRM)));
  }
  CASE("real-time signals have the upper half") {
    syscall(SYS_tkill, pid, 64);
    EXPECT(0, ask(pid));
    EXPECT_TRUE(set == (bit(SIGUSR1) | bit(SIGALRM) | bit(64)));
  }
  CASE("signals for the process are not") {
    kill(pid, SIGUSR2);
    EXPECT(0, ask(pid));
    EXPECT_TRUE((set & bit(SIGUSR2)) == 0);
  }
  CASE("a signal that was taken is gone") {
    EXPECT(SIGUSR1, go(pid, PTRACE_CONT));
    EXPECT(0, ask(pid));
    EXPECT_TRUE(set == (bit(SIGALRM) | bit(64)));
  }
  CASE("eight bytes are written") {
    unsigned words[3] = {1, 2, 3};
    EXPECT(0, trace(PTRACE_SIGPENDING, pid, 0, (unsigned long)words));
    EXPECT(3, words[2]);
  }
  CASE("errors: bad address, no tracee") {
    EXPECT_ERROR(EFAULT, trace(PTRACE_SIGPENDING, pid, 0, 16));
    EXPECT_ERROR(ESRCH, ask(getpid()));
  }
  end_guest(pid);
  return 0;
}
