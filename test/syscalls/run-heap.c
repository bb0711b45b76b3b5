// A heap that grows to many times its size, shrinks and grows again: contents stay, new pages are zero.
#include "run.h"

#define MIB (1 << 20)
static char *raw(void *to) { return (char *)syscall(SYS_brk, to); }

int main(void) {
  char *start = (char *)(((uintptr_t)raw(0) + PAGE - 1) & -PAGE);
  for (long size = 64 << 10; size <= 24 * MIB; size *= 2) {
    if (raw(start + size) != start + size) return 1;
    if (size > 64 << 10) SHOW(used(start + size / 2, size / 2));
    fill(start + size / 2, size / 2, size);
  }
  for (long size = 128 << 10; size <= 16 * MIB; size *= 2) SHOW(differing(start + size / 2, size / 2, size));
  raw(start + 3 * MIB);
  SHOW(differing(start + MIB, MIB, 2 * MIB));
  raw(start + 12 * MIB);
  SHOW(used(start + 3 * MIB, 9 * MIB));
  SHOW(differing(start + MIB, MIB, 2 * MIB));
  // Every third page is written first, then all.
  for (long at = 3 * MIB; at < 12 * MIB; at += 3 * PAGE) start[at + 9] = 1;
  SHOW(used(start + 3 * MIB, 9 * MIB));
  fill(start + 3 * MIB, 9 * MIB, 5);
  // Something in the way: the heap ends there, and goes on when it is gone.
  char *wall = mmap(start + 12 * MIB, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memset(wall, 9, PAGE);
  SHOW(raw(start + 14 * MIB) == start + 12 * MIB);
  munmap(wall, PAGE);
  SHOW(raw(start + 14 * MIB) == start + 14 * MIB);
  SHOW(used(start + 12 * MIB, 2 * MIB));
  SHOW(raw(start) == start);
  raw(start + MIB);
  SHOW(used(start, MIB));
  return 0;
}
