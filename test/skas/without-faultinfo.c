// skas3 without PTRACE_FAULTINFO: a guest falls back, though everything else is there.
// patch: skas3,-faultinfo
#include "skas.h"

int main(void) {
  int mm = guest_mm();
  pid_t pid = start_guest();
  unsigned long words[8] = {0};
  char buffer[64];
  struct ldt_op op = {2, buffer, 40};
  CASE("both forms are EIO") {
    EXPECT_ERROR(EIO, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)words));
    EXPECT_ERROR(EIO, trace(PTRACE_EX_FAULTINFO, pid, 0, (unsigned long)words));
  }
  CASE("the rest of the patch works") {
    EXPECT(0, access("/proc/mm", W_OK));
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGTRAP, guest_reads(pid, STACK));
    EXPECT(0, trace(PTRACE_SIGPENDING, pid, 0, (unsigned long)words));
    EXPECT(40, trace(PTRACE_LDT, pid, 0, (unsigned long)&op));
  }
  end_guest(pid);
  return 0;
}
