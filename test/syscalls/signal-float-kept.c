// The FPU and SSE state around a handler: what it changes is gone afterwards, rounding too.
#include "report.h"
#include <fenv.h>

static volatile double one = 1, three = 3;
static void on_signal(int signo) {
  fesetround(FE_UPWARD), feraiseexcept(FE_DIVBYZERO);
  volatile double trash = one / three * 7;
  asm volatile("pcmpeqd %%xmm0, %%xmm0\n\tpcmpeqd %%xmm7, %%xmm7\n\tfld1\n\tfldpi" ::: "xmm0", "xmm7");
}

int main(void) {
  signal(SIGUSR1, on_signal);
  feclearexcept(FE_ALL_EXCEPT), fesetround(FE_DOWNWARD);
  unsigned before[4] = {1, 2, 3, 4}, after[4];
  asm volatile("movups %1, %%xmm7\n\tmov $37, %%eax\n\tint $0x80\n\tmovups %%xmm7, %0" : "=m"(after) : "m"(before), "b"(getpid()), "c"(SIGUSR1) : "eax", "memory");
  SHOW(memcmp(before, after, 16)), SHOW(fegetround() == FE_DOWNWARD), SHOW(fetestexcept(FE_DIVBYZERO));
  volatile long double deep = 1;
  raise(SIGUSR1), SHOW(deep / 4 == 0.25L), SHOW(one / three < 1.0 / 3 + 1e-17);
  return 0;
}
