// mremap with MREMAP_FIXED and MREMAP_DONTUNMAP, MAP_FIXED_NOREPLACE, zero old sizes, refusals.
#include "report.h"

int main(void) {
  char *room = pages(16, PROT_NONE);
  char *memory = mmap(room, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  strcpy(memory, "here"), strcpy(memory + PAGE, "there");
  char *moved = mremap(memory, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, room + 4 * PAGE);
  SHOW_TRUE(moved == room + 4 * PAGE);
  printf("%s %s\n", moved, moved + PAGE);
  unsigned char vector[2];
  SHOW(mincore(memory, PAGE, vector));
  char *kept = mremap(moved, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
  SHOW_TRUE(kept != MAP_FAILED && kept != moved);
  printf("%s [%s]\n", kept, moved);
  SHOW((long)mremap(kept, PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL));
  SHOW((long)mremap(kept, PAGE, PAGE, MREMAP_DONTUNMAP, NULL));
  SHOW((long)mremap(kept, PAGE, PAGE, MREMAP_FIXED, room));
  SHOW((long)mremap(kept, 2 * PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, kept + PAGE));
  SHOW((long)mremap(kept, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, room + 1));
  SHOW((long)mremap(kept + 1, PAGE, PAGE, MREMAP_MAYMOVE));
  SHOW((long)mremap(kept, PAGE, 0, MREMAP_MAYMOVE));
  SHOW((long)mremap(kept, PAGE, PAGE, 8));
  SHOW((long)mremap(kept, 0, PAGE, MREMAP_MAYMOVE));
  char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  strcpy(shared, "twice");
  char *twin = mremap(shared, 0, PAGE, MREMAP_MAYMOVE);
  SHOW_TRUE(twin != MAP_FAILED && twin != shared);
  twin[0] = 'T';
  printf("%s\n", shared);
  SHOW((long)mmap(shared, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0));
  munmap(shared, PAGE);
  SHOW_TRUE(mmap(shared, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == shared);
  SHOW((long)mmap(shared, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 1));
  SHOW((long)mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_ANONYMOUS, -1, 0));
  SHOW((long)mmap(NULL, 0xf0000000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  return 0;
}
