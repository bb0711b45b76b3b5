// brk: growing, shrinking, what lies in the way, RLIMIT_DATA, what it answers when refused.
#include "report.h"

int main(void) {
  char *start = sbrk(0);
  SHOW_TRUE(syscall(SYS_brk, 0) == (long)start), SHOW(brk(start + 5 * PAGE)), start[4 * PAGE] = 'x', SHOW_TRUE(sbrk(0) == start + 5 * PAGE);
  SHOW(brk(start + 2 * PAGE)), SHOW(brk(start + 5 * PAGE)), SHOW(start[4 * PAGE]);
  char *wall = (char *)(((uintptr_t)start + 20 * PAGE) & -PAGE);
  SHOW_TRUE(mmap(wall, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == wall);
  SHOW(brk(wall + PAGE)), SHOW_TRUE(sbrk(0) == start + 5 * PAGE), SHOW(brk(start + 10 * PAGE)), munmap(wall, PAGE), SHOW(brk(wall + PAGE));
  SHOW_TRUE(syscall(SYS_brk, 8) == (long)sbrk(0)), SHOW_OK((long)sbrk(-3 * PAGE));
  return 0;
}
