// A frame that does not fit the alternate stack, or a stack that is not there, is a SIGSEGV that kills.
#include "report.h"

static void handler(int signo) { (void)signo; }

int main(void) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  sigaction(SIGSEGV, &action, NULL);
  IN_CHILD("unmapped stack", {
    stack_t stack = {.ss_sp = pages(4, PROT_NONE), .ss_size = 4 * PAGE};
    sigaltstack(&stack, NULL);
    raise(SIGUSR1);
    puts("not reached");
  });
  IN_CHILD("bad stack pointer", {
    action.sa_flags = 0;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    __asm__ volatile("movl $20, %%eax; int $0x80; movl %%eax, %%ebx; movl $37, %%eax; movl $10, %%ecx;"
                     "movl $64, %%esp; int $0x80" ::: "eax", "ebx", "ecx", "memory");
  });
}
