// sched_getaffinity(2), sched_setaffinity(2): which processes there are, and how long a mask is.
#include "report.h"
#include <sched.h>
int main(void) {
  unsigned long mask[64] = {0};
  SHOW_TRUE(syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) > 0);
  SHOW_TRUE(mask[0] != 0);
  SHOW(syscall(SYS_sched_getaffinity, -1, sizeof mask, mask));
  SHOW(syscall(SYS_sched_getaffinity, 0x7ffffffe, sizeof mask, mask));
  SHOW(syscall(SYS_sched_getaffinity, 0, 3, mask));
  SHOW(syscall(SYS_sched_getaffinity, 0, 0, mask));
  SHOW(syscall(SYS_sched_setaffinity, 0, sizeof mask, mask));
  SHOW(syscall(SYS_sched_setaffinity, -1, sizeof mask, mask));
  SHOW(syscall(SYS_sched_setaffinity, 0, sizeof mask, NULL));
  memset(mask, 0, sizeof mask);
  SHOW(syscall(SYS_sched_setaffinity, 0, sizeof mask, mask));
  return 0;
}
