// mprotect: what each protection forbids, as the fault tells it; ranges with holes; refused arguments.
#include "fault.h"

static void look(const char *label, char *at, int protection) {
  char text[64];
  if (mprotect(at, PAGE, protection)) die("mprotect");
  snprintf(text, sizeof text, "%s: read", label);
  FAULT(text, at, peek(at + 1));
  snprintf(text, sizeof text, "%s: write", label);
  FAULT(text, at, poke(at + 2, 1));
  snprintf(text, sizeof text, "%s: run", label);
  FAULT(text, at, ((void (*)(void))at)());
}

int main(void) {
  char *at = pages(5, PROT_READ | PROT_WRITE | PROT_EXEC);
  at[0] = 0xc3;
  look("rwx", at, PROT_READ | PROT_WRITE | PROT_EXEC);
  look("none", at, PROT_NONE);
  look("r", at, PROT_READ);
  look("w", at, PROT_WRITE);
  look("x", at, PROT_EXEC);
  look("rw", at, PROT_READ | PROT_WRITE);
  look("rx", at, PROT_READ | PROT_EXEC);
  look("wx", at, PROT_WRITE | PROT_EXEC);
  // A page that was never touched.
  look("untouched none", at + PAGE, PROT_NONE);
  mprotect(at + 2 * PAGE, PAGE, PROT_READ);
  FAULT("untouched, read only: write", at + 2 * PAGE, poke(at + 2 * PAGE, 1));
  mprotect(at, 5 * PAGE, PROT_READ | PROT_WRITE);
  // Two bytes on either side of a border.
  mprotect(at + PAGE, PAGE, PROT_READ);
  FAULT("write over the border", at + PAGE, *(volatile int *)(at + PAGE - 2) = 1);
  mprotect(at + PAGE, PAGE, PROT_NONE);
  FAULT("read over the border", at + PAGE, *(volatile int *)(at + PAGE - 1));
  FAULT("read before the border", at + PAGE, *(volatile int *)(at + PAGE - 4));
  SHOW(mprotect(at + 1, PAGE, PROT_READ));
  SHOW(mprotect(at, 0, PROT_READ));
  SHOW(mprotect(at, 1, PROT_READ));
  FAULT("length is rounded up", at, poke(at + 4095, 1));
  SHOW(mprotect(at, PAGE, 0x80));
  SHOW(mprotect((void *)0xffffe000, 0x3000, PROT_READ));
  // A hole: what lies before it is changed all the same.
  munmap(at + 3 * PAGE, PAGE);
  SHOW(mprotect(at + 2 * PAGE, 3 * PAGE, PROT_NONE));
  FAULT("before the hole", at + 2 * PAGE, peek(at + 2 * PAGE));
  FAULT("behind the hole", at + 4 * PAGE, peek(at + 4 * PAGE));
  SHOW(mprotect(at + 3 * PAGE, PAGE, PROT_READ));
  // System calls meet protections as EFAULT.
  make_file("file", "0123456789", 0600);
  int fd = open("file", O_RDWR);
  mprotect(at, PAGE, PROT_READ);
  SHOW(read(fd, at, 5));
  SHOW(lseek(fd, 0, SEEK_CUR));
  mprotect(at, PAGE, PROT_READ | PROT_WRITE);
  mprotect(at + PAGE, PAGE, PROT_NONE);
  SHOW(read(fd, at + PAGE - 3, 8));
  SHOW(write(fd, at + PAGE, 1));
  return 0;
}
