// RF in the flags that a handler finds: set by a fault, which is to run the instruction again, not by a trap behind it.
#include "report.h"
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf back;
static const char *name;
static void handler(int signo, siginfo_t *info, void *context) {
  greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
  int flags = registers[REG_EFL];
  printf("%s: SIG%s code %d trapno %d, RF %d, TF %d\n", name, sigabbrev_np(signo), info->si_code,
         registers[REG_TRAPNO], flags >> 16 & 1, flags >> 8 & 1);
  siglongjmp(back, 1);
}
#define TRY(label, ...)          \
  name = label;                  \
  if (sigsetjmp(back, 1) == 0) { \
    __asm__ volatile(__VA_ARGS__); \
    printf("%s: nothing\n", label); \
  }

int main(void) {
  static char stack[65536];
  stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
  sigaltstack(&alternate, NULL);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGUSR1};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
  TRY("page fault", "movl $1, 0x10");
  TRY("page fault of code", "call *%0" : : "r"(0x20) : "memory");
  TRY("ud2", "ud2");
  TRY("int3", "int3");
  TRY("int 3", ".byte 0xcd, 3");
  TRY("int1", ".byte 0xf1");
  TRY("into", "movl $0x7fffffff, %%eax\n addl $1, %%eax\n into" : : : "eax");
  TRY("int 4", "int $4");
  TRY("hlt", "hlt");
  TRY("int 5", "int $5");
  TRY("division", "xorl %%ecx, %%ecx\n divl %%ecx" : : : "eax", "ecx", "edx");
  static const int bounds[] = {1, 2};
  TRY("bound", "bound %%eax, %0" : : "m"(bounds), "a"(5));
  TRY("segment", "movw %w0, %%fs" : : "r"(0x1234));
  static const unsigned short control = 0x0300;
  TRY("x87", "fninit\n fldcw %0\n fld1\n fldz\n fdivrp\n fwait" : : "m"(control));
  static const unsigned mxcsr = 0x1d80, usual = 0x1f80;
  TRY("SSE", "ldmxcsr %0\n xorps %%xmm0, %%xmm0\n movl $0x3f800000, %%eax\n movd %%eax, %%xmm1\n divss %%xmm0, %%xmm1"
      : : "m"(mxcsr) : "eax");
  __asm__ volatile("ldmxcsr %0\n fninit" : : "m"(usual));
  TRY("TF", "pushfl\n orl $0x100, (%%esp)\n popfl\n nop\n nop" : : : "memory", "cc");
  TRY("TF and a jump to nowhere", "pushfl\n orl $0x100, (%%esp)\n popfl\n jmp *%0" : : "r"(0x20) : "memory", "cc");
  name = "kill";
  if (sigsetjmp(back, 1) == 0) raise(SIGUSR1);
  // A program cannot see it itself: neither pushf nor a fault that is over.
  unsigned flags;
  __asm__ volatile("pushfl\n orl $0x10000, (%%esp)\n popfl\n pushfl\n popl %0" : "=r"(flags) : : "cc");
  printf("popf: RF %d\n", flags >> 16 & 1);
  __asm__ volatile("pushfl\n orl $0x10000, (%%esp)\n push %%cs\n push $1f\n iret\n 1: pushfl\n popl %0" : "=r"(flags) : : "cc");
  printf("iret: RF %d\n", flags >> 16 & 1);
  return 0;
}
