// mremap: shrinking, growing in place, moving, fixed places, keeping the old place, and its refusals.
#include "fault.h"

static void fill(char *at, int count) {
  for (int i = 0; i < count; i++) at[i * PAGE] = 10 + i;
}
static void look(const char *label, char *at, int count) {
  printf("%s:", label);
  for (int i = 0; i < count; i++) printf(" %d", at[i * PAGE]);
  printf("\n");
}
#define FIXED (MREMAP_MAYMOVE | MREMAP_FIXED)
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

int main(void) {
  char *area = pages(64, PROT_NONE);
  munmap(area, 64 * PAGE);
  char *at = mmap(area, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  fill(at, 4);
  SHOW_TRUE(mremap(at, 4 * PAGE, 2 * PAGE, 0) == at);
  FAULT("cut off", at, peek(at + 2 * PAGE));
  SHOW_TRUE(mremap(at, 2 * PAGE, 6 * PAGE, 0) == at);
  look("grown", at, 6);
  mmap(at + 6 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  SHOW_OK(mremap(at, 6 * PAGE, 7 * PAGE, 0));
  char *moved = mremap(at, 6 * PAGE, 8 * PAGE, MREMAP_MAYMOVE);
  SHOW_TRUE(moved != at && moved != MAP_FAILED);
  look("moved", moved, 8);
  FAULT("old place", at, peek(at));
  SHOW_TRUE(mremap(moved, 8 * PAGE, 3 * PAGE, FIXED, area + 20 * PAGE) == area + 20 * PAGE);
  at = area + 20 * PAGE;
  look("fixed", at, 3);
  FAULT("rest is gone", moved, peek(moved + 4 * PAGE));
  fill(at, 3);
  SHOW_TRUE(mremap(at + PAGE, PAGE, PAGE, FIXED, area + 30 * PAGE) == area + 30 * PAGE);
  FAULT("hole", at, peek(at + PAGE));
  look("middle page", area + 30 * PAGE, 1);
  // The old place stays, empty.
  char *second = mremap(area + 30 * PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
  SHOW_TRUE(second != MAP_FAILED);
  printf("old %d new %d\n", area[30 * PAGE], second[0]);
  // A shared mapping of length zero gives another view.
  char *shared = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  fill(shared, 2);
  char *view = mremap(shared, 0, 2 * PAGE, MREMAP_MAYMOVE);
  SHOW_TRUE(view != MAP_FAILED && view != shared);
  view[0] = 99;
  look("one memory", shared, 2);
  // Code moves with its page.
  char *code = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
  memcpy(code, "\xb8\x05\0\0\0\xc3", 6);
  int (*function)(void) = (int (*)(void))code;
  SHOW(function());
  code = mremap(code, PAGE, PAGE, FIXED, area + 40 * PAGE);
  function = (int (*)(void))code;
  SHOW(function());
  at = pages(2, PROT_READ);
  SHOW_OK(mremap(at + 1, PAGE, PAGE, 0));
  SHOW_OK(mremap(at, PAGE, 0, 0));
  SHOW_OK(mremap(at, PAGE, PAGE, 8));
  SHOW_OK(mremap(at, PAGE, PAGE, MREMAP_FIXED, area));
  SHOW_OK(mremap(at, 2 * PAGE, 2 * PAGE, FIXED, at + PAGE));
  SHOW_OK(mremap(at, PAGE, PAGE, FIXED, area + 1));
  SHOW_OK(mremap(area, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
  SHOW_OK(mremap(at, 0, PAGE, MREMAP_MAYMOVE));
  munmap(at + PAGE, PAGE);
  SHOW_OK(mremap(at, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE));
  return 0;
}
