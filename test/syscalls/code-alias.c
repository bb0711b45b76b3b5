// One page under two addresses: code written through one is run through the other, in this process and the next.
#include "report.h"
#include <sys/syscall.h>

// mov eax, imm32; ret
static void write_code(char *at, int value) {
  at[0] = 0xb8;
  memcpy(at + 1, &value, 4);
  at[5] = 0xc3;
}
static int run(char *at) { return ((int (*)(void))at)(); }

int main(void) {
  int fd = memfd_create("code", 0);
  SHOW(ftruncate(fd, 4 * PAGE));
  char *writer = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *runner = mmap(NULL, 4 * PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
  char *again = mmap(NULL, 4 * PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
  int sum = 0;
  for (int i = 0; i < 200; i++) {
    write_code(writer, i);
    sum += run(runner) == i && run(again) == i;
  }
  SHOW(sum);
  // By the system: write and read into the page of code.
  char code[6];
  write_code(code, 4711);
  SHOW(pwrite(fd, code, 6, 0));
  SHOW(run(runner));
  write_code(code, 4712);
  int source = memfd_create("source", 0);
  SHOW(write(source, code, 6));
  SHOW(pread(source, writer, 6, 0));
  SHOW(run(runner));
  // Across two pages.
  char *split = writer + PAGE - 3;
  write_code(split, 0x11223344);
  SHOW(run(runner + PAGE - 3) == 0x11223344);
  write_code(split, 0x55667788);
  SHOW(run(runner + PAGE - 3) == 0x55667788);
  // By another process.
  write_code(writer, 1);
  SHOW(run(runner));
  IN_CHILD("child", SHOW(run(runner)); write_code(writer, 2); _exit(run(again)));
  SHOW(run(runner));
  // Another page under the same address.
  write_code(writer + 2 * PAGE, 30);
  SHOW_TRUE(mmap(runner, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, fd, 2 * PAGE) == runner);
  SHOW(run(runner));
  write_code(writer + 2 * PAGE, 31);
  SHOW(run(runner));
  SHOW(run(again));
  // A private copy parts from the file.
  char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, fd, 0);
  SHOW(run(own));
  write_code(own, 5);
  write_code(writer, 6);
  printf("%d %d\n", run(own), run(again));
  return 0;
}
