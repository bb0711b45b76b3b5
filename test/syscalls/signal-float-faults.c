// SIGFPE of unmasked x87 exceptions: si_code by the exception.
#include "report.h"
#include <setjmp.h>

static sigjmp_buf out;
static void handler(int signo, siginfo_t *info, void *context) {
  (void)context;
  printf("SIG%s code %d\n", sigabbrev_np(signo), info->si_code);
  siglongjmp(out, 1);
}

static void provoke(const char *name, unsigned short control, double a, double b, int operation) {
  printf("%s: ", name);
  if (sigsetjmp(out, 1) == 0) {
    volatile double result;
    __asm__ volatile("fninit; fldcw %0" ::"m"(control));
    if (operation == '/')
      __asm__ volatile("fldl %1; fdivl %2; fwait; fstpl %0; fwait" : "=m"(result) : "m"(a), "m"(b));
    else
      __asm__ volatile("fldl %1; fmull %2; fwait; fstpl %0; fwait" : "=m"(result) : "m"(a), "m"(b));
    puts("nothing");
  }
  __asm__ volatile("fninit");
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGFPE, &action, NULL);
  provoke("all masked", 0x37f, 1, 0, '/');
  provoke("zero divide", 0x37b, 1, 0, '/');
  provoke("invalid", 0x37e, 0, 0, '/');
  provoke("overflow", 0x377, 1e300, 1e300, '*');
  provoke("underflow", 0x36f, 1e-300, 1e-300, '*');
  provoke("inexact", 0x35f, 1, 3, '/');
}
