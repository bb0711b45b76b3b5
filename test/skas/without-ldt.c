// skas3 without PTRACE_LDT and PTRACE_SIGPENDING: the LDT of a space can be copied, not written.
// patch: skas3,-ldt,-sigpending
#include "skas.h"

int main(void) {
  int mm = guest_mm(), other = guest_mm();
  pid_t pid = start_guest();
  unsigned long words[8] = {0};
  char buffer[64];
  struct ldt_op op = {2, buffer, 40};
  CASE("the two requests are EIO") {
    EXPECT_ERROR(EIO, trace(PTRACE_LDT, pid, 0, (unsigned long)&op));
    EXPECT_ERROR(EIO, trace(PTRACE_SIGPENDING, pid, 0, (unsigned long)words));
  }
  CASE("the rest of the patch works") {
    EXPECT(0, switch_mm(pid, mm));
    EXPECT(sizeof(struct mm_op), mm_copy_segments(mm, other));
    EXPECT(SIGTRAP, guest_reads(pid, STACK));
    EXPECT(0, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)words));
  }
  end_guest(pid);
  return 0;
}
