// MAP_GROWSDOWN: a mapping that grows at faults below it, and stops at its neighbour.
#include "report.h"
#include "fault.h"

int main(void) {
  char *room = pages(600, PROT_NONE);
  munmap(room, 600 * PAGE);
  char *stack = mmap(room + 599 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
  SHOW_TRUE(stack == room + 599 * PAGE);
  FAULT("one page below", stack, poke(stack - 1, 1));
  FAULT("further below", stack, poke(stack - 3 * PAGE, 1));
  char *neighbour = mmap(room, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  FAULT("beside the neighbour", stack, poke(neighbour + PAGE, 1));
  FAULT("far from it", stack, poke(stack - 100 * PAGE, 1));
  return 0;
}
