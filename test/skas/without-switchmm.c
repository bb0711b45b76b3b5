// skas3 without PTRACE_SWITCH_MM: spaces can be made, and nobody can run in them.
// patch: skas3,-switchmm
#include "skas.h"

int main(void) {
  int mm = guest_mm();
  pid_t pid = start_guest();
  unsigned long words[8] = {0};
  CASE("the request is EIO, whatever the descriptor") {
    EXPECT_ERROR(EIO, switch_mm(pid, mm));
    EXPECT_ERROR(EIO, switch_mm(pid, -1));
  }
  CASE("the rest of the patch works") {
    EXPECT(sizeof(struct mm_op), mm_map_page(mm, DATA, DATA_PAGE, PROT_READ));
    EXPECT(0, trace(PTRACE_FAULTINFO, pid, 0, (unsigned long)words));
    EXPECT(0, trace(PTRACE_SIGPENDING, pid, 0, (unsigned long)words));
  }
  end_guest(pid);
  return 0;
}
