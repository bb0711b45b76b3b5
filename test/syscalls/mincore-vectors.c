// mincore: fresh, touched and unmapped pages, files, refusals.
#include "report.h"

static void show_vector(char *at, int count) {
  unsigned char vector[8] = {};
  if (mincore(at, count * PAGE, vector)) {
    printf("%s\n", strerrorname_np(errno));
    return;
  }
  for (int i = 0; i < count; i++) printf("%d", vector[i] & 1);
  printf("\n");
}

int main(void) {
  char *memory = pages(4, PROT_READ | PROT_WRITE);
  show_vector(memory, 4), memory[PAGE] = 1, show_vector(memory, 4), munmap(memory + 3 * PAGE, PAGE), show_vector(memory, 4), show_vector(memory, 3);
  int fd = memfd_create("f", 0);
  ftruncate(fd, 4 * PAGE), pwrite(fd, "x", 1, 2 * PAGE);
  char *map = mmap(NULL, 4 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
  show_vector(map, 4);
  unsigned char vector[4];
  SHOW(mincore(memory + 1, PAGE, vector)), SHOW(mincore(memory, 0, vector)), SHOW(mincore(memory, PAGE, (void *)8)), SHOW(mincore((void *)0xfffff000, PAGE, vector));
  return 0;
}
