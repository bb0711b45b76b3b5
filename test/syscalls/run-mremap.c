// Mappings that double again and again by mremap, side by side, so that each has to move.
#include "run.h"

#define KIB 1024

int main(void) {
  char *maps[3];
  for (int i = 0; i < 3; i++) fill(maps[i] = anonymous(64 * KIB), 64 * KIB, i);
  long wrong = 0;
  size_t size = 64 * KIB;
  for (; size < 8192 * KIB; size *= 2) {
    for (int i = 0; i < 3; i++) {
      maps[i] = mremap(maps[i], size, 2 * size, MREMAP_MAYMOVE);
      if (maps[i] == MAP_FAILED) return 1;
      wrong += differing(maps[i], size, i) + used(maps[i] + size, size);
      fill(maps[i], 2 * size, i);
    }
  }
  SHOW(wrong);
  for (int i = 0; i < 3; i++) SHOW(differing(maps[i], size, i));
  // Shrink, and grow where it is.
  SHOW(mremap(maps[0], size, size / 4, 0) == maps[0]);
  SHOW(mremap(maps[0], size / 4, size / 2, 0) == maps[0]);
  SHOW(differing(maps[0], size / 4, 0));
  SHOW(used(maps[0] + size / 4, size / 4));
  // A piece out of the middle, onto a fixed place within another, which keeps the rest.
  char *to = maps[2] + 128 * KIB;
  SHOW(mremap(maps[1] + 256 * KIB, 256 * KIB, 256 * KIB, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to);
  wrong = 0;
  for (uint32_t i = 0; i < 256 * KIB / 4; i += 64) wrong += ((uint32_t *)to)[i] != ((i + 64 * KIB) * 2654435761u ^ 1);
  SHOW(wrong);
  SHOW(differing(maps[2], 128 * KIB, 2));
  SHOW(differing(maps[1], 256 * KIB, 1));
  fill(to, 256 * KIB, 9);
  SHOW(differing(to, 256 * KIB, 9));
  char *back = mmap(maps[1] + 256 * KIB, 256 * KIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  SHOW(back == maps[1] + 256 * KIB);
  SHOW(used(back, 256 * KIB));
  pid_t child = fork();
  if (child == 0) {
    char *moved = mremap(to, 256 * KIB, 4096 * KIB, MREMAP_MAYMOVE);
    wrong = differing(moved, 256 * KIB, 9) + used(moved + 256 * KIB, 3840 * KIB);
    fill(moved, 4096 * KIB, 10);
    _exit(wrong + differing(moved, 4096 * KIB, 10));
  }
  int status;
  waitpid(child, &status, 0);
  SHOW(WEXITSTATUS(status));
  SHOW(differing(to, 256 * KIB, 9));
  return 0;
}
