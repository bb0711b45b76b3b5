// mincore, mlock, msync, and other calls that only look at or hold pages.
#include "report.h"

static unsigned char state[8];
static void look(const char *label, char *at, int count) {
  memset(state, 0xff, sizeof state);
  long result = mincore(at, count * PAGE, state);
  printf("%s:", label);
  if (result) printf(" %s", strerrorname_np(errno));
  else
    for (int i = 0; i < count; i++) printf(" %d", state[i] & 1);
  printf("\n");
}

int main(void) {
  char *at = pages(4, PROT_READ | PROT_WRITE);
  at[PAGE] = 1;
  at[3 * PAGE] = 1;
  look("touched", at, 4);
  SHOW(madvise(at + PAGE, PAGE, MADV_DONTNEED));
  look("dropped", at, 4);
  SHOW(mincore(at + 1, PAGE, state));
  SHOW(mincore(at, 0, state));
  SHOW(mincore(at, PAGE, (unsigned char *)16));
  munmap(at + 2 * PAGE, PAGE);
  look("hole", at, 4);
  look("above", (char *)0xfffff000, 1);
  SHOW(mlock(at, PAGE));
  SHOW(mlock(at, 4 * PAGE));
  SHOW(munlock(at, PAGE));
  SHOW(munlock(at + 2 * PAGE, PAGE));
  SHOW(mlockall(0));
  SHOW(mlockall(8));
  SHOW(munlockall());
  SHOW(msync(at, PAGE, MS_SYNC));
  SHOW(msync(at, PAGE, MS_SYNC | MS_ASYNC));
  SHOW(msync(at + 1, PAGE, MS_SYNC));
  SHOW(msync(at, PAGE, 8));
  SHOW(msync(at, 4 * PAGE, MS_ASYNC));
  SHOW(msync(at, 0, MS_SYNC));
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  SHOW(ftruncate(fd, PAGE));
  char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  map[0] = 'm';
  SHOW(msync(map, PAGE, MS_SYNC | MS_INVALIDATE));
  SHOW(fsync(fd));
  SHOW(fdatasync(fd));
  show_file("missing");
  char got;
  SHOW(pread(fd, &got, 1, 0));
  SHOW(got == 'm');
  return 0;
}
