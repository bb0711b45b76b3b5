// Places asked for: hints, MAP_FIXED over other mappings, MAP_FIXED_NOREPLACE.
#include "fault.h"
#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  char *base = (char *)0x20000000;
  SHOW_TRUE(mmap(base, 3 * PAGE, RW, ANON, -1, 0) == base);
  SHOW_TRUE(mmap(base + 2 * PAGE, PAGE, RW, ANON, -1, 0) != base + 2 * PAGE);
  SHOW_TRUE(mmap(base + 5 * PAGE + 77, PAGE, RW, ANON, -1, 0) == base + 5 * PAGE);
  base[0] = base[PAGE] = base[2 * PAGE] = 9;
  SHOW_TRUE(mmap(base + PAGE, PAGE, PROT_READ, ANON | MAP_FIXED, -1, 0) == base + PAGE);
  printf("%d %d %d\n", base[0], base[PAGE], base[2 * PAGE]);
  FAULT("middle is read only", base, poke(base + PAGE, 1));
  SHOW_OK(mmap(base + 2 * PAGE, 2 * PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0));
  SHOW_TRUE(mmap(base + 3 * PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) == base + 3 * PAGE);
  printf("%d %d\n", base[2 * PAGE], base[3 * PAGE]);
  // Over several mappings and holes at once.
  SHOW_TRUE(mmap(base - PAGE, 10 * PAGE, RW, ANON | MAP_FIXED, -1, 0) == base - PAGE);
  int sum = 0;
  for (int i = -PAGE; i < 9 * PAGE; i++) sum += base[i];
  SHOW(sum);
  // A hint in a taken or impossible place only means "anywhere".
  SHOW_OK(mmap((void *)0xfffff000, PAGE, RW, ANON, -1, 0));
  SHOW_OK(mmap((void *)1, PAGE, RW, ANON, -1, 0));
  // A file page in the middle of memory.
  make_file("file", "file page", 0600);
  int fd = open("file", O_RDWR);
  SHOW_TRUE(mmap(base + PAGE, PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0) == base + PAGE);
  printf("%.9s\n", base + PAGE);
  base[PAGE] = 'F';
  base[0] = base[2 * PAGE] = 'x';
  show_file("file");
  SHOW(munmap(base - PAGE, 10 * PAGE));
  show_file("file");
  return 0;
}
