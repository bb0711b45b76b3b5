// A host without the patches: what the guests' probes look for is not there, with the errors of plain Linux.
// patch: none
#include "skas.h"

int main(void) {
  pid_t pid = start_guest();
  unsigned long words[8] = {0};
  CASE("there is no /proc/mm") {
    EXPECT_ERROR(ENOENT, access("/proc/mm", W_OK));
    EXPECT_ERROR(ENOENT, mm_open());
    EXPECT_ERROR(ENOENT, open("/proc/mm", O_RDWR));
  }
  CASE("PTRACE_FAULTINFO is EIO, as the guests expect it") {
    EXPECT_ERROR(EIO, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)words));
  }
  CASE("PTRACE_SIGPENDING is EIO") { EXPECT_ERROR(EIO, trace(PTRACE_SIGPENDING, pid, 0, (unsigned long)words)); }
  CASE("PTRACE_LDT is EIO") {
    struct ldt_op op = {2, words, 32};
    EXPECT_ERROR(EIO, trace(PTRACE_LDT, pid, 0, (unsigned long)&op));
  }
  CASE("PTRACE_SWITCH_MM is EIO, whatever the descriptor") {
    EXPECT_ERROR(EIO, trace(PTRACE_SWITCH_MM, pid, 0, 0));
    EXPECT_ERROR(EIO, trace(PTRACE_SWITCH_MM, pid, 0, -1));
  }
  CASE("PTRACE_EX_FAULTINFO is EIO") {
    EXPECT_ERROR(EIO, trace(PTRACE_EX_FAULTINFO, pid, 0, (unsigned long)words));
  }
  CASE("who is no tracee is ESRCH before that") {
    EXPECT_ERROR(ESRCH, trace(PTRACE_FAULTINFO, getpid(), 0, (unsigned long)words));
    EXPECT_ERROR(ESRCH, trace(PTRACE_SWITCH_MM, getppid(), 0, 0));
  }
  CASE("the tracee is none the worse for it") {
    EXPECT(1000 + 77, go(pid, PTRACE_CONT));
  }
  return 0;
}
