// int3, int 3, into, bound, single steps: which signal, and on which instruction the program stands then.
#include "fault.h"

extern char after_int3[], after_int_3[], at_into[], at_bound[], at_ud2[], at_div[];
static const char *place(uintptr_t eip, const char *label) { return eip == (uintptr_t)label ? "there" : "elsewhere"; }

static int steps;
static uintptr_t last_step;
static void on_step(int signo, siginfo_t *info, void *context) {
  mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
  (void)signo;
  if (steps == 0) printf("step: code %d trapno %d err %d address is eip %d\n", info->si_code, (int)machine->gregs[REG_TRAPNO],
                         (int)machine->gregs[REG_ERR], (uintptr_t)info->si_addr == (uintptr_t)machine->gregs[REG_EIP]);
  steps++;
  last_step = machine->gregs[REG_EIP];
}

int main(void) {
  FAULT("int3", NULL, __asm__ volatile("int3\nafter_int3:"));
  printf("  behind it: %s\n", place(fault.eip, after_int3));
  FAULT("int 3", NULL, __asm__ volatile(".byte 0xcd, 3\nafter_int_3:"));
  printf("  behind it: %s\n", place(fault.eip, after_int_3));
  FAULT("int 1", NULL, __asm__ volatile(".byte 0xcd, 1"));
  FAULT("int 4", NULL, __asm__ volatile("int $4"));
  FAULT("into without overflow", NULL, __asm__ volatile("xorl %%eax, %%eax\n\tinto" : : : "eax"));
  FAULT("into", NULL, __asm__ volatile("movl $0x7fffffff, %%eax\n\tincl %%eax\n\tinto\nat_into:" : : : "eax"));
  printf("  behind it: %s\n", place(fault.eip, at_into));
  int bounds[] = {-2, 5};
  FAULT("bound inside", NULL, __asm__ volatile("boundl %0, %1" : : "r"(5), "m"(bounds)));
  FAULT("bound outside", NULL, __asm__ volatile("at_bound: boundl %0, %1" : : "r"(6), "m"(bounds)));
  printf("  on it: %s\n", place(fault.eip, at_bound));
  FAULT("ud2", at_ud2, __asm__ volatile("at_ud2: ud2"));
  printf("  on it: %s\n", place(fault.eip, at_ud2));
  FAULT("div", at_div, __asm__ volatile("at_div: divl %%ecx" : : "a"(1), "d"(0), "c"(0)));
  printf("  on it: %s\n", place(fault.eip, at_div));
  struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO};
  sigaction(SIGTRAP, &action, NULL);
  // The trap flag set by popf: one step for each instruction until it is cleared.
  __asm__ volatile(
      "pushfl\n\torl $0x100, (%%esp)\n\tpopfl\n\t"
      "nop\n\tnop\n\tmovl $3, %%ecx\n1:\tloop 1b\n\t"
      "pushfl\n\tandl $~0x100, (%%esp)\n\tpopfl\n\tnop"
      : : : "ecx", "memory", "cc");
  SHOW(steps);
  return 0;
}
