// XMM registers and MXCSR come back behind a handler that changes them, and are each thread's own.
#include "report.h"
#include <pthread.h>

static void handler(int signo) {
  unsigned flushing = 0x9fc0;
  __asm__ volatile("pcmpeqd %%xmm0, %%xmm0; pcmpeqd %%xmm7, %%xmm7; ldmxcsr %0" ::"m"(flushing));
  (void)signo;
}

static void print(const char *name, const unsigned *xmm0, const unsigned *xmm7, unsigned control) {
  printf("%s: xmm0 %08x %08x xmm7 %08x %08x mxcsr %#x\n", name, xmm0[0], xmm0[3], xmm7[0], xmm7[3], control);
}

/** Yields, or sends itself a signal, between a load of the registers and their store. */
static void keep(const char *name, unsigned number, int call, int first, int second) {
  unsigned before[4] = {number, 1, 2, number + 1}, xmm0[4], xmm7[4], control = 0x3f80, usual = 0x1f80;
  int result;
  __asm__ volatile("movups %6, %%xmm0; movups %6, %%xmm7; ldmxcsr %4; int $0x80; "
                   "movups %%xmm0, %1; movups %%xmm7, %2; stmxcsr %3; ldmxcsr %5"
                   : "=a"(result), "=m"(xmm0), "=m"(xmm7), "=m"(control)
                   : "m"(control), "m"(usual), "m"(before), "0"(call), "b"(first), "c"(second)
                   : "memory");
  print(name, xmm0, xmm7, control);
}

static void *thread(void *name) {
  for (int i = 0; i < 100; i++) sched_yield();
  keep(name, 0x22220000, 158, 0, 0);
  return NULL;
}

int main(void) {
  signal(SIGUSR1, handler);
  keep("signal", 0x11110000, 37, getpid(), SIGUSR1);
  pthread_t other;
  pthread_create(&other, NULL, thread, "thread");
  pthread_join(other, NULL);
  keep("main", 0x33330000, 158, 0, 0);
}
