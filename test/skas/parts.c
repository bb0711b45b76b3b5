// Parts named one by one, in any order, are the whole patch less what is not named.
// patch: none,switchmm,procmm
#include "skas.h"

int main(void) {
  int mm = guest_mm();
  pid_t pid = start_guest();
  unsigned long words[8] = {0};
  CASE("what is named is there") {
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(SIGTRAP, guest_reads(pid, STACK));
  }
  CASE("what is not named is EIO") {
    EXPECT_ERROR(EIO, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)words));
    EXPECT_ERROR(EIO, trace(PTRACE_SIGPENDING, pid, 0, (unsigned long)words));
    EXPECT_ERROR(EIO, trace(PTRACE_LDT, pid, 0, (unsigned long)words));
  }
  end_guest(pid);
  return 0;
}
