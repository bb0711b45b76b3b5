// SIGFPE of unmasked SSE exceptions: si_code by the exception, the flags in the frame, the destination untouched.
#include "report.h"
#include <setjmp.h>
#include <ucontext.h>

struct image {
  unsigned fsave[28];
  unsigned fx[128];
};

static sigjmp_buf out;
static void handler(int signo, siginfo_t *info, void *context) {
  struct image *image = (struct image *)((ucontext_t *)context)->uc_mcontext.fpregs;
  printf("SIG%s code %d, mxcsr %#x, xmm0 %08x%08x\n", sigabbrev_np(signo), info->si_code, image->fx[6],
         image->fx[41], image->fx[40]);
  siglongjmp(out, 1);
}

static void provoke(const char *name, unsigned control, double a, double b, int operation) {
  printf("%s: ", name);
  unsigned usual = 0x1f80;
  if (sigsetjmp(out, 1) == 0) {
    __asm__ volatile("movsd %0, %%xmm0; ldmxcsr %1" ::"m"(a), "m"(control));
    if (operation == '/') __asm__ volatile("divsd %0, %%xmm0" ::"m"(b));
    else __asm__ volatile("mulsd %0, %%xmm0" ::"m"(b));
    __asm__ volatile("stmxcsr %0" : "=m"(control));
    __asm__ volatile("ldmxcsr %0" ::"m"(usual));
    printf("nothing, mxcsr %#x\n", control);
  }
  __asm__ volatile("ldmxcsr %0" ::"m"(usual));
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGFPE, &action, NULL);
  provoke("all masked", 0x1f80, 1, 0, '/');
  provoke("zero divide", 0x1d80, 1, 0, '/');
  provoke("invalid", 0x1f00, 0, 0, '/');
  provoke("denormal", 0x1e80, 5e-324, 1, '*');
  provoke("overflow", 0x1b80, 1e300, 1e300, '*');
  provoke("underflow", 0x1780, 1e-300, 1e-300, '*');
  provoke("inexact", 0x0f80, 1, 3, '/');
}
