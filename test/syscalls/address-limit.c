// RLIMIT_AS: mappings, the break, the stack and a copy of memory stop at it with ENOMEM.
#include "report.h"

int main(void) {
  struct rlimit limit = {64 << 20, RLIM_INFINITY};
  SHOW(setrlimit(RLIMIT_AS, &limit));
  SHOW_OK(mmap(NULL, 65 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  SHOW_OK(mmap(NULL, 65 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  int count = 0;
  char *last = NULL;
  for (;;) {
    char *at = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) break;
    at[0] = 1;
    last = at;
    count++;
  }
  SHOW(errno == ENOMEM);
  SHOW_TRUE(count > 55 && count < 64);
  SHOW_TRUE(malloc(2 << 20) == NULL);
  SHOW_TRUE(sbrk(2 << 20) == (void *)-1);
  SHOW_OK(mremap(last, 1 << 20, 3 << 20, MREMAP_MAYMOVE));
  SHOW_OK(mmap(last, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
  SHOW(munmap(last, 1 << 20));
  SHOW_OK(mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  IN_CHILD("child has the limit", SHOW_OK(mmap(NULL, 2 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
  limit.rlim_cur = RLIM_INFINITY;
  SHOW(setrlimit(RLIMIT_AS, &limit));
  SHOW_OK(mmap(NULL, 65 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  // The whole address space: reserved in pieces until there is no room.
  count = 0;
  while (mmap(NULL, 64 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED) count++;
  SHOW(errno == ENOMEM);
  SHOW_TRUE(count > 55 && count < 64);
  return 0;
}
