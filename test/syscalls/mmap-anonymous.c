// mmap of nothing but memory: zeros, protections, and every refused argument.
#include "fault.h"

#define MAP(length, protection, flags, fd, offset) SHOW_OK(mmap(NULL, length, protection, flags, fd, offset))
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

int main(void) {
  char *at = pages(4, PROT_READ | PROT_WRITE);
  int sum = 0;
  for (int i = 0; i < 4 * PAGE; i++) sum += at[i];
  SHOW(sum);
  SHOW_TRUE((uintptr_t)at % PAGE == 0);
  // New mappings lie below the older ones, and join.
  SHOW_TRUE(pages(1, PROT_READ) < at);
  MAP(0, PROT_READ, ANON, -1, 0);
  MAP(1, PROT_READ, ANON, -1, 0);
  MAP(1, PROT_READ, MAP_ANONYMOUS, -1, 0);
  MAP(1, PROT_READ, MAP_ANONYMOUS | MAP_SHARED | MAP_PRIVATE, -1, 0);
  MAP(1, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  MAP(1, PROT_READ, ANON, 99, 0);
  MAP(1, PROT_READ, MAP_PRIVATE, -1, 0);
  MAP(1, PROT_READ, MAP_PRIVATE, 99, 0);
  MAP(0xfffff001, PROT_READ, ANON, -1, 0);
  MAP(0xf0000000, PROT_READ, ANON, -1, 0);
  SHOW_OK(mmap((void *)123, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0));
  SHOW_OK(mmap((void *)0xfffff000, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0));
  SHOW_OK(mmap((void *)0xffffd000, 2 * PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0));
  // The old call with its arguments in memory, offset in bytes.
  unsigned arguments[] = {0, PAGE, PROT_READ, ANON, -1, 0};
  SHOW_OK(syscall(SYS_mmap, arguments));
  arguments[5] = 1;
  SHOW_OK(syscall(SYS_mmap, arguments));
  SHOW_OK(syscall(SYS_mmap, (void *)16));
  SHOW(munmap(at, 4 * PAGE));
  FAULT("gone", at, peek(at));
  at = pages(1, PROT_NONE);
  FAULT("none: read", at, peek(at + 5));
  FAULT("none: write", at, poke(at + 5, 1));
  at = pages(1, PROT_WRITE);
  FAULT("write only: read", at, SHOW(peek(at)));
  at = pages(1, PROT_READ);
  FAULT("read only: write", at, poke(at + 4095, 1));
  FAULT("read only: run", at, ((void (*)(void))at)());
  at = pages(1, PROT_EXEC);
  FAULT("executable: read", at, SHOW(peek(at)));
  return 0;
}
