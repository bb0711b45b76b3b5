// madvise: what each advice does to anonymous and file pages, and where it is refused.
#include "report.h"

static int resident(char *at, int count) {
  unsigned char vector[16] = {};
  if (mincore(at, count * PAGE, vector)) return -1;
  int pages = 0;
  for (int i = 0; i < count; i++) pages += vector[i] & 1;
  return pages;
}

int main(void) {
  char *memory = pages(4, PROT_READ | PROT_WRITE);
  memset(memory, 'a', 4 * PAGE);
  SHOW(madvise(memory, PAGE, MADV_DONTNEED)), SHOW(memory[0]), SHOW(memory[PAGE]);
  SHOW(madvise(memory + PAGE, PAGE, MADV_FREE)), SHOW(memory[PAGE] == 'a' || memory[PAGE] == 0);
  SHOW(madvise(memory, 4 * PAGE, MADV_WILLNEED)), SHOW(madvise(memory, 4 * PAGE, MADV_RANDOM));
  SHOW(madvise(memory, 4 * PAGE, MADV_SEQUENTIAL)), SHOW(madvise(memory, 4 * PAGE, MADV_NORMAL));
  SHOW(madvise(memory, PAGE, MADV_COLD)), SHOW(madvise(memory, PAGE, MADV_PAGEOUT));
  char *fresh = pages(4, PROT_READ | PROT_WRITE);
  SHOW(resident(fresh, 4));
  SHOW(madvise(fresh, 2 * PAGE, MADV_POPULATE_WRITE)), SHOW(resident(fresh, 4));
  SHOW(madvise(fresh, 4 * PAGE, MADV_POPULATE_READ)), SHOW(resident(fresh, 4));
  char *none = pages(1, PROT_NONE);
  SHOW(madvise(none, PAGE, MADV_POPULATE_READ)), SHOW(madvise(none, PAGE, MADV_POPULATE_WRITE));
  SHOW(madvise(memory, PAGE, MADV_DONTFORK));
  SHOW(madvise(memory + PAGE, PAGE, MADV_WIPEONFORK));
  memory[PAGE] = 'w', memory[2 * PAGE] = 'k';
  IN_CHILD("wiped", SHOW(memory[PAGE]); SHOW(memory[2 * PAGE]));
  IN_CHILD("not copied", memory[0] = 1);
  SHOW(madvise(memory, PAGE, MADV_DOFORK)), SHOW(madvise(memory + PAGE, PAGE, MADV_KEEPONFORK));
  memory[0] = 'd';
  IN_CHILD("as ever", SHOW(memory[0]); SHOW(memory[PAGE]));
  int fd = memfd_create("file", 0);
  ftruncate(fd, 2 * PAGE);
  char *shared = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  shared[0] = 's', shared[PAGE] = 't';
  SHOW(madvise(shared, PAGE, MADV_DONTNEED)), SHOW(shared[0]);
  SHOW(madvise(shared, PAGE, MADV_REMOVE)), SHOW(shared[0]), SHOW(shared[PAGE]);
  SHOW(madvise(shared, PAGE, MADV_WIPEONFORK)), SHOW(madvise(shared, PAGE, MADV_FREE));
  SHOW(madvise(memory, PAGE, MADV_REMOVE));
  SHOW(madvise(memory + 1, PAGE, MADV_NORMAL)), SHOW(madvise(memory, PAGE, 99)), SHOW(madvise(memory, 0, MADV_NORMAL));
  munmap(memory + 2 * PAGE, PAGE);
  SHOW(madvise(memory, 4 * PAGE, MADV_NORMAL)), SHOW(madvise(memory, 4 * PAGE, MADV_DONTNEED));
  mlock(fresh, PAGE);
  SHOW(madvise(fresh, PAGE, MADV_DONTNEED));
  return 0;
}
