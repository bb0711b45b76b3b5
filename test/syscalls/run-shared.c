// Large shared memory: two mappings of one file, relatives, private views, truncation, and holes.
#include "run.h"

#define MIB (1 << 20)

int main(void) {
  int file = memfd_create("run", 0);
  SHOW(ftruncate(file, 20 * MIB));
  char *map = mmap(NULL, 20 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char *part = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED, file, 8 * MIB);
  char *private = mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 8 * MIB);
  fill(part, 4 * MIB, 1);
  fill(private, MIB, 2);
  fill(map + 16 * MIB, 2 * MIB, 3);
  SHOW(differing(private + MIB, 3 * MIB, 1) == 768);
  SHOW(used(map, 8 * MIB));
  SHOW(used(map + 8 * MIB, 4 * MIB));
  SHOW(used(map + 12 * MIB, 4 * MIB));
  SHOW(differing(part, 4 * MIB, 1));
  SHOW(differing(private, MIB, 2));
  pid_t child = fork();
  if (child == 0) {
    long wrong = differing(part, 4 * MIB, 1) + differing(map + 16 * MIB, 2 * MIB, 3);
    fill(map, 2 * MIB, 4);
    fill(private, MIB, 5);
    _exit(wrong);
  }
  int status;
  waitpid(child, &status, 0);
  SHOW(WEXITSTATUS(status));
  SHOW(differing(map, 2 * MIB, 4));
  SHOW(differing(private, MIB, 2));
  char bytes[64];
  SHOW(pread(file, bytes, 64, 16 * MIB));
  SHOW(memcmp(bytes, map + 16 * MIB, 64));
  SHOW(pwrite(file, "hello", 5, 3 * MIB));
  printf("%.5s\n", map + 3 * MIB);
  SHOW(madvise(map + 8 * MIB, 2 * MIB, MADV_REMOVE));
  SHOW(used(part, 4 * MIB));
  SHOW(differing(private, MIB, 2));
  SHOW(ftruncate(file, 17 * MIB));
  SHOW(ftruncate(file, 20 * MIB));
  SHOW(used(map + 16 * MIB, 4 * MIB));
  fill(map, 20 * MIB, 6);
  SHOW(differing(map, 20 * MIB, 6));
  munmap(map, 20 * MIB);
  close(file);
  SHOW(used(part, 4 * MIB));
  return 0;
}
