// munmap: parts of a mapping, holes, several mappings at once, refused arguments.
#include "fault.h"

static void look(char *at) {
  for (int i = 0; i < 8; i++) {
    if (sigsetjmp(fault_return, 1) == 0) printf("%d ", peek(at + i * PAGE));
    else printf("- ");
  }
  printf("\n");
}

int main(void) {
  char *at = pages(8, PROT_READ | PROT_WRITE);
  for (int i = 0; i < 8; i++) at[i * PAGE] = i + 1;
  SHOW(munmap(at + 3 * PAGE, PAGE));
  look(at);
  SHOW(munmap(at + 3 * PAGE, PAGE));
  SHOW(munmap(at, PAGE));
  SHOW(munmap(at + 7 * PAGE, 1));
  look(at);
  SHOW(munmap(at + 2 * PAGE, 4 * PAGE));
  look(at);
  SHOW(munmap(at + 1, PAGE));
  SHOW(munmap(at, 0));
  SHOW(munmap((void *)0xfffff000, 2 * PAGE));
  SHOW(munmap((void *)0xf0000000, 0x20000000));
  SHOW(munmap(at, 8 * PAGE));
  look(at);
  // What was shared stays in the file.
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  SHOW(ftruncate(fd, 3 * PAGE));
  char *shared = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  shared[PAGE] = 'y';
  SHOW(munmap(shared + PAGE, PAGE));
  char got;
  SHOW(pread(fd, &got, 1, PAGE));
  SHOW(got == 'y');
  shared[2 * PAGE] = 'z';
  SHOW(pread(fd, &got, 1, 2 * PAGE));
  SHOW(got == 'z');
  FAULT("hole", shared, poke(shared + PAGE, 1));
  return 0;
}
