// mprotect over several areas: parts, holes, exec, what a fault then says.
#include "report.h"
#include "fault.h"

int main(void) {
  char *memory = pages(4, PROT_READ | PROT_WRITE);
  memory[0] = memory[PAGE] = memory[2 * PAGE] = 1;
  SHOW(mprotect(memory + PAGE, PAGE, PROT_READ));
  FAULT("write to a read-only page", memory, poke(memory + PAGE, 1));
  FAULT("beside it", memory, poke(memory + 2 * PAGE, 1));
  SHOW(mprotect(memory, 2 * PAGE, PROT_NONE));
  FAULT("read of none", memory, peek(memory));
  SHOW(mprotect(memory, 4 * PAGE, PROT_READ | PROT_WRITE));
  FAULT("all again", memory, poke(memory + PAGE, 1));
  munmap(memory + 2 * PAGE, PAGE);
  SHOW(mprotect(memory, 4 * PAGE, PROT_READ));
  FAULT("before the hole", memory, poke(memory, 1));
  FAULT("behind the hole", memory, poke(memory + 3 * PAGE, 1));
  FAULT("the hole", memory, peek(memory + 2 * PAGE));
  SHOW(mprotect(memory + 1, PAGE, PROT_READ)), SHOW(mprotect(memory, 0, PROT_READ)), SHOW(mprotect(memory, PAGE, 0x100)), SHOW(mprotect((void *)0xfffff000, PAGE, PROT_READ));
  return 0;
}
