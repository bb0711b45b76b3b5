// The context that a handler gets is the program's: every register as it was, and as it will be.
#include "report.h"
#include <ucontext.h>

static int round;
extern char bad_load[], bad_load_end[];

static void handler(int signo, siginfo_t *info, void *argument) {
  greg_t *r = ((ucontext_t *)argument)->uc_mcontext.gregs;
  (void)signo, (void)info;
  printf("round %d: eax %#x ebx %#x ecx %#x edx %#x esi %#x edi %#x ebp %#x\n", round, r[REG_EAX], r[REG_EBX], r[REG_ECX],
         r[REG_EDX], r[REG_ESI], r[REG_EDI], r[REG_EBP]);
  printf("  at the load %d, flags %#x, esp and uesp equal %d\n", (char *)r[REG_EIP] == bad_load, r[REG_EFL] & 0xcd5,
         r[REG_ESP] == r[REG_UESP]);
  // The first time the instruction is tried again.
  if (round++ == 0) return;
  r[REG_EAX] = 0x51;
  r[REG_EBX] = 0x52;
  r[REG_EDI] = 0x53;
  r[REG_EFL] ^= 1;
  r[REG_EIP] = (uintptr_t)bad_load_end;
}

int context_out[8];
void run_loads(void);
__asm__(
    "run_loads:\n\t"
    "pushal\n\t"
    "movl $1, %eax\n\tmovl $2, %ebx\n\tmovl $3, %ecx\n\tmovl $4, %edx\n\tmovl $5, %esi\n\tmovl $6, %edi\n\tmovl $7, %ebp\n\t"
    "cmpl $8, %eax\n"
    "bad_load: movl 16, %eax\n"
    "bad_load_end:\n\t"
    "movl %eax, context_out\n\tmovl %ebx, context_out+4\n\tmovl %ecx, context_out+8\n\tmovl %edx, context_out+12\n\t"
    "movl %esi, context_out+16\n\tmovl %edi, context_out+20\n\tmovl %ebp, context_out+28\n\tsetc context_out+24\n\t"
    "popal\n\tret");

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  run_loads();
  int *out = context_out;
  printf("after: %#x %#x %#x %#x %#x %#x ebp %#x carry %d\n", out[0], out[1], out[2], out[3], out[4], out[5], out[7], out[6]);
  return 0;
}
