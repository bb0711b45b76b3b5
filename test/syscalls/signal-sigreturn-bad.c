// sigreturn with a frame that is not there kills; a handler may leave by longjmp instead.
#include "report.h"
#include <setjmp.h>

static sigjmp_buf out;
static volatile int jumps;
static void handler(int signo) {
  (void)signo;
  jumps++;
  siglongjmp(out, 1);
}

int main(void) {
  IN_CHILD("rt_sigreturn on page 0", {
    __asm__ volatile("movl $64, %%esp; movl $173, %%eax; int $0x80" ::: "memory");
  });
  IN_CHILD("sigreturn on page 0", {
    __asm__ volatile("movl $64, %%esp; movl $119, %%eax; int $0x80" ::: "memory");
  });
  signal(SIGUSR1, handler);
  for (int i = 0; i < 3; i++)
    if (sigsetjmp(out, 1) == 0) raise(SIGUSR1);
  printf("jumps %d\n", jumps);
}
