// A child that works, a grandchild that is another program image of the same file, and a parent that waits.
// gcc: -O1 -fno-omit-frame-pointer
#define _GNU_SOURCE
#include <sys/wait.h>
#include <unistd.h>
#define APART __attribute__((noinline))
volatile unsigned sink;
APART void in_child(void) {
  for (unsigned i = 0; i < 300000; i++) sink = sink * 5 + i;
}
APART void in_program(void) {
  for (unsigned i = 0; i < 300000; i++) sink = sink * 5 + i;
}
int main(int argc, char **argv) {
  if (argc > 1) {
    in_program();
    return 0;
  }
  if (fork() == 0) {
    in_child();
    char *again[] = {"again", "x", 0};
    if (fork() == 0) execv("/proc/self/exe", again);
    wait(0);
    _exit(0);
  }
  wait(0);
  return 0;
}
