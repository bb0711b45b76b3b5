// sigprocmask of old (32 signals) against rt_sigprocmask (64), ssetmask, sigpending of both kinds, their refusals.
#include "report.h"

static void show_masks(void) {
  unsigned long low = 0, wide[2] = {};
  syscall(SYS_sigprocmask, SIG_BLOCK, NULL, &low);
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, wide, 8);
  printf("%08lx %08lx%08lx %08lx\n", low, wide[1], wide[0], syscall(SYS_sgetmask));
}

int main(void) {
  unsigned long wide[2] = {0x00000a00, 0x80000001}, low = 0x1000;
  SHOW(syscall(SYS_rt_sigprocmask, SIG_SETMASK, wide, NULL, 8)), show_masks();
  SHOW(syscall(SYS_sigprocmask, SIG_BLOCK, &low, NULL)), show_masks();
  SHOW(syscall(SYS_sigprocmask, SIG_SETMASK, &low, NULL)), show_masks();
  SHOW(syscall(SYS_sigprocmask, SIG_UNBLOCK, &low, NULL)), show_masks();
  wide[0] = 0xffffffff, wide[1] = 0xffffffff;
  SHOW(syscall(SYS_rt_sigprocmask, SIG_SETMASK, wide, NULL, 8)), show_masks();
  SHOW(raise(SIGUSR1)), SHOW(kill(getpid(), SIGRTMAX));
  unsigned long pending[2] = {};
  SHOW(syscall(SYS_rt_sigpending, pending, 8));
  printf("%lx %lx\n", pending[1], pending[0]);
  SHOW(syscall(SYS_sigpending, pending));
  printf("%lx\n", pending[0]);
  SHOW(syscall(SYS_rt_sigprocmask, 9, wide, NULL, 8)), SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, wide, NULL, 4));
  SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 8, NULL, 8)), SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, 8, 8));
  SHOW(syscall(SYS_rt_sigprocmask, 9, NULL, wide, 8));
  SHOW(syscall(SYS_rt_sigpending, pending, 16)), SHOW(syscall(SYS_rt_sigpending, 8, 8));
  signal(SIGUSR1, SIG_IGN);
  syscall(SYS_rt_sigpending, pending, 8);
  printf("%lx %lx\n", pending[1], pending[0]);
  SHOW(syscall(SYS_rt_sigaction, 0, NULL, NULL, 8)), SHOW(syscall(SYS_rt_sigaction, 65, NULL, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4)), SHOW(signal(SIGKILL, SIG_IGN) == SIG_ERR ? -1 : 0);
  SHOW(syscall(SYS_tgkill, getpid(), gettid(), 65)), SHOW(syscall(SYS_tgkill, getpid(), 1 << 22, 0));
  SHOW(syscall(SYS_tgkill, 0, gettid(), 0)), SHOW(syscall(SYS_tkill, -1, 0)), SHOW(kill(1 << 22, 0)), SHOW(kill(getpid(), -1));
  return 0;
}
