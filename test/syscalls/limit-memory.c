// RLIMIT_AS, RLIMIT_DATA and RLIMIT_STACK where programs meet them: mmap, brk, a growing stack, mremap.
#include "report.h"

static int recurse(int depth) {
  volatile char frame[4096];
  frame[0] = depth;
  return depth == 0 ? frame[0] : recurse(depth - 1) + frame[0];
}
static long used(void) {
  long pages;
  FILE *statm = fopen("/proc/self/statm", "r");
  fscanf(statm, "%ld", &pages);
  fclose(statm);
  return pages * PAGE;
}
static void *map(size_t length) { return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

int main(void) {
  enum { MIB = 1 << 20 };
  IN_CHILD("RLIMIT_AS", {
    struct rlimit limit = {used() + 8 * MIB, RLIM_INFINITY};
    SHOW(setrlimit(RLIMIT_AS, &limit));
    SHOW_OK((long)map(4 * MIB));
    SHOW_OK((long)map(8 * MIB));
    char *small = map(MIB);
    SHOW_OK((long)mremap(small, MIB, 2 * MIB, MREMAP_MAYMOVE));
    SHOW_OK((long)mremap(small, MIB, 20 * MIB, MREMAP_MAYMOVE));
    SHOW_OK((long)sbrk(20 * MIB));
    SHOW_TRUE(malloc(64 * MIB) == NULL);
  });
  IN_CHILD("RLIMIT_DATA", {
    struct rlimit limit = {4 * MIB, RLIM_INFINITY};
    SHOW(setrlimit(RLIMIT_DATA, &limit));
    SHOW_OK((long)sbrk(8 * MIB));
    SHOW_OK((long)map(8 * MIB));
    SHOW_OK((long)mmap(NULL, 8 * MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    SHOW_OK((long)mmap(NULL, 8 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    SHOW_OK((long)map(MIB));
  });
  IN_CHILD("a stack within its limit", {
    struct rlimit limit = {2 * MIB, RLIM_INFINITY};
    SHOW(setrlimit(RLIMIT_STACK, &limit));
    recurse(256);
  });
  IN_CHILD("a stack beyond it", {
    struct rlimit limit = {MIB, RLIM_INFINITY};
    struct rlimit none = {};
    SHOW(setrlimit(RLIMIT_CORE, &none));
    SHOW(setrlimit(RLIMIT_STACK, &limit));
    recurse(512);
  });
  return 0;
}
