// brk: grows and shrinks by bytes, pages come as zeros each time, and it does not go below its start.
#include "fault.h"

static char *raw(void *to) { return (char *)syscall(SYS_brk, to); }

int main(void) {
  char *start = raw(0);
  SHOW_TRUE(raw(start + 10 * PAGE) == start + 10 * PAGE);
  memset(start, 1, 10 * PAGE);
  SHOW_TRUE(raw(start + 2 * PAGE + 1) == start + 2 * PAGE + 1);
  char *rounded = (char *)(((uintptr_t)start + 2 * PAGE + PAGE) & -PAGE);
  FAULT("within the last page", rounded, SHOW(peek(rounded - 1)));
  FAULT("behind", rounded, peek(rounded));
  SHOW_TRUE(raw(start + 10 * PAGE) == start + 10 * PAGE);
  FAULT("again", rounded, SHOW(peek(rounded)));
  // Refusals answer the old end.
  SHOW_TRUE(raw((void *)4096) == start + 10 * PAGE);
  SHOW_TRUE(raw((void *)0xffffffff) == start + 10 * PAGE);
  char *in_way = mmap((void *)(((uintptr_t)start + 20 * PAGE) & -PAGE), PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  SHOW_TRUE(in_way != MAP_FAILED);
  SHOW_TRUE(raw(start + 30 * PAGE) == start + 10 * PAGE);
  SHOW_TRUE(raw(start + 15 * PAGE) == start + 15 * PAGE);
  struct rlimit limit = {1 << 20, RLIM_INFINITY};
  setrlimit(RLIMIT_DATA, &limit);
  munmap(in_way, PAGE);
  SHOW_TRUE(raw(start + (4 << 20)) == start + 15 * PAGE);
  IN_CHILD("child has its own", SHOW_TRUE(raw(start + 16 * PAGE) == start + 16 * PAGE));
  SHOW_TRUE(raw(0) == start + 15 * PAGE);
  SHOW_TRUE(raw(start) == start);
  return 0;
}
