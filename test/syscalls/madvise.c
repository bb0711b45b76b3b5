// madvise: contents thrown away, holes in shared memory, and refused advice.
#include "report.h"

int main(void) {
  char *at = pages(4, PROT_READ | PROT_WRITE);
  memset(at, 5, 4 * PAGE);
  SHOW(madvise(at + PAGE, 2 * PAGE, MADV_DONTNEED));
  printf("%d %d %d %d\n", at[0], at[PAGE], at[2 * PAGE], at[3 * PAGE]);
  make_file("file", "the file", 0600);
  int fd = open("file", O_RDWR);
  char *private = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  memcpy(private, "own", 3);
  printf("%.8s\n", private);
  SHOW(madvise(private, PAGE, MADV_DONTNEED));
  printf("%.8s\n", private);
  char *shared = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  memset(shared, 6, 3 * PAGE);
  SHOW(madvise(shared, 3 * PAGE, MADV_DONTNEED));
  printf("%d %d %d\n", shared[0], shared[PAGE], shared[2 * PAGE]);
  SHOW(madvise(shared + PAGE, PAGE, MADV_REMOVE));
  printf("%d %d %d\n", shared[0], shared[PAGE], shared[2 * PAGE]);
  int memory = memfd_create("memory", 0);
  SHOW(write(memory, "0123456789", 10));
  char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0), got[10];
  SHOW(madvise(map, PAGE, MADV_REMOVE));
  SHOW(pread(memory, got, 10, 0));
  SHOW(got[0] + got[9]);
  SHOW(madvise(at, PAGE, MADV_REMOVE));
  SHOW(madvise(at, PAGE, MADV_NORMAL));
  SHOW(madvise(at, PAGE, MADV_WILLNEED));
  SHOW(madvise(at, PAGE, MADV_SEQUENTIAL));
  SHOW(madvise(at, PAGE, MADV_DONTFORK));
  SHOW(madvise(at, PAGE, MADV_DOFORK));
  SHOW(madvise(at + 1, PAGE, MADV_NORMAL));
  SHOW(madvise(at, 0, MADV_NORMAL));
  SHOW(madvise(at, PAGE, 12345));
  munmap(at + PAGE, PAGE);
  SHOW(madvise(at, 3 * PAGE, MADV_DONTNEED));
  printf("%d %d\n", at[0], at[2 * PAGE]);
  SHOW(madvise(at + PAGE, PAGE, MADV_DONTNEED));
  return 0;
}
