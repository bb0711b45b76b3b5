// membarrier: the query, commands with and without registration, flags.
#include "report.h"
#include <linux/membarrier.h>

int main(void) {
  long all = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
  SHOW_TRUE(all > 0 && (all & MEMBARRIER_CMD_PRIVATE_EXPEDITED));
  SHOW(syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0));
  SHOW(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0));
  SHOW(syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0));
  SHOW(syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0));
  SHOW(syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0));
  SHOW(syscall(SYS_membarrier, 1 << 30, 0, 0)), SHOW(syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 1, 0));
  return 0;
}
