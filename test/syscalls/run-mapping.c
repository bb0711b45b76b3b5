// A large mapping with holes made and filled, protected in stripes, given up in pieces.
#include "run.h"

#define MIB (1 << 20)

int main(void) {
  char *map = anonymous(8 * MIB);
  fill(map, 8 * MIB, 1);
  SHOW(munmap(map + 2 * MIB, MIB));
  SHOW(differing(map, 2 * MIB, 1));
  char *hole = mmap(map + 2 * MIB, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  SHOW(hole == map + 2 * MIB);
  SHOW(used(hole, MIB));
  fill(hole, MIB, 2);
  SHOW(differing(map, 2 * MIB, 1));
  SHOW(differing(hole, MIB, 2));
  for (int i = 0; i < 64; i += 2) mprotect(map + i * PAGE, PAGE, PROT_READ);
  for (int i = 1; i < 64; i += 2) map[i * PAGE + 4] = 7;
  for (int i = 0; i < 64; i += 2) mprotect(map + i * PAGE, PAGE, PROT_READ | PROT_WRITE);
  SHOW(differing(map, 2 * MIB, 1));
  fill(map, MIB, 3);
  SHOW(differing(map, MIB, 3));
  SHOW(madvise(map + 4 * MIB, MIB, MADV_DONTNEED));
  SHOW(used(map + 4 * MIB, MIB));
  for (int i = 0; i < 256; i += 5) map[4 * MIB + i * PAGE] = 1;
  SHOW(used(map + 4 * MIB, MIB));
  SHOW(used(map + 5 * MIB, 3 * MIB));
  // A file's pages, private, in the middle of it.
  int file = memfd_create("run", 0);
  ftruncate(file, MIB);
  pwrite(file, "file", 4, 5 * PAGE);
  char *private = mmap(map + 6 * MIB, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, 0);
  private[6 * PAGE] = 'p';
  printf("%.4s %c\n", private + 5 * PAGE, private[6 * PAGE]);
  SHOW(used(private, MIB));
  char got = 1;
  SHOW(pread(file, &got, 1, 6 * PAGE));
  SHOW(got);
  // Many mappings that come and go, in the order of a stack and of a queue.
  char *many[32];
  long wrong = 0;
  for (int round = 0; round < 20; round++) {
    for (int i = 0; i < 32; i++) {
      many[i] = anonymous((16 + i) * PAGE);
      wrong += used(many[i], (16 + i) * PAGE);
      fill(many[i], (16 + i) * PAGE, round * 32 + i);
    }
    for (int i = 0; i < 32; i++) wrong += differing(many[i], (16 + i) * PAGE, round * 32 + i);
    for (int i = 0; i < 32; i++) munmap(many[round & 1 ? 31 - i : i], (16 + (round & 1 ? 31 - i : i)) * PAGE);
  }
  SHOW(wrong);
  return 0;
}
