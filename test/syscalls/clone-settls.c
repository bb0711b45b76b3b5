// CLONE_SETTLS: the child's gs names a segment of its own, the parent's stays.
#include "clone.h"
#include <asm/ldt.h>

static int area[4] = {0x1234, 0x5678, 0, 0};
static volatile int got;

static inline int gs_word(int offset) {
  int value;
  __asm__ volatile("movl %%gs:(%1), %0" : "=r"(value) : "r"(offset));
  return value;
}

int main(void) {
  unsigned short selector;
  __asm__("movw %%gs, %0" : "=r"(selector));
  struct user_desc tls = {.entry_number = selector >> 3, .base_addr = (uintptr_t)area, .limit = 0xfffff, .seg_32bit = 1,
                          .limit_in_pages = 1, .useable = 1};
  int before = gs_word(0);
  // The raw call, with a stack on which the child runs nothing of the C library.
  int *stack = (int *)(child_stack[0] + 32768);
  pid_t pid;
  __asm__ volatile(
      "int $0x80\n\t"
      "testl %%eax, %%eax\n\t"
      "jnz 1f\n\t"
      "movl %%gs:4, %%ebx\n\t"
      "subl %%gs:0, %%ebx\n\t"
      "andl $255, %%ebx\n\t"
      "movl $1, %%eax\n\t"
      "int $0x80\n"
      "1:"
      : "=a"(pid)
      : "a"(SYS_clone), "b"(CLONE_SETTLS | CLONE_VM | SIGCHLD), "c"(stack), "d"(0), "S"(&tls), "D"(0)
      : "memory");
  show_end("child", pid);
  SHOW_TRUE(gs_word(0) == before);
  SHOW((0x5678 - 0x1234) & 255);
  // Entries outside the three of TLS are refused.
  tls.entry_number = 3;
  SHOW(syscall(SYS_clone, CLONE_SETTLS | SIGCHLD, 0, 0, &tls, 0));
  SHOW(syscall(SYS_clone, CLONE_SETTLS | SIGCHLD, 0, 0, 16, 0));
  return 0;
}
