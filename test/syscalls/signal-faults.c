// Signals of exceptions: divide, invalid opcode, breakpoint, privileged instruction, bad segment, bad access.
#include "fault.h"

int main(void) {
  char *page = pages(1, PROT_READ);
  FAULT("divide by zero", NULL, { int a = 1, b = 0; __asm__ volatile("cltd; idivl %1" : "+a"(a) : "r"(b) : "edx"); });
  FAULT("ud2", NULL, __asm__ volatile("ud2"));
  FAULT("int3", NULL, __asm__ volatile("int3"));
  FAULT("hlt", NULL, __asm__ volatile("hlt"));
  FAULT("cli", NULL, __asm__ volatile("cli"));
  FAULT("int 5", NULL, __asm__ volatile("int $5"));
  FAULT("into", NULL, __asm__ volatile("movb $0x7f, %%al; addb $1, %%al; into" ::: "eax"));
  FAULT("bad selector", NULL, __asm__ volatile("movw %w0, %%fs" ::"r"(0xffff)));
  FAULT("write to read-only", page, poke(page + 5, 1));
  FAULT("read of nothing", NULL, peek((void *)16));
  munmap(page, PAGE);
  FAULT("write to unmapped", page, poke(page + 8, 1));
  FAULT("trap flag", NULL, __asm__ volatile("pushfl; orl $0x100, (%%esp); popfl; nop; nop" ::: "memory", "cc"));
}
