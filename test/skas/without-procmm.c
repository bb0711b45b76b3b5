// skas3 without /proc/mm: a guest finds the requests of ptrace, and no space to switch to.
// patch: skas3,-procmm
#include "skas.h"

int main(void) {
  pid_t pid = start_guest();
  unsigned long words[8] = {0};
  char buffer[64];
  struct ldt_op op = {2, buffer, 40};
  CASE("/proc/mm is missing alone") {
    EXPECT_ERROR(ENOENT, access("/proc/mm", W_OK));
    EXPECT(0, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)words));
    EXPECT(0, trace(PTRACE_SIGPENDING, pid, 0, (unsigned long)words));
    EXPECT(40, trace(PTRACE_LDT, pid, 0, (unsigned long)&op));
  }
  CASE("no descriptor is one to switch to") {
    EXPECT_ERROR(EINVAL, switch_mm(pid, 0));
    EXPECT_ERROR(EBADF, switch_mm(pid, 99));
  }
  end_guest(pid);
  return 0;
}
