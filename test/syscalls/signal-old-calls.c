// signal(48), sigaction(67), sigprocmask(126), sigpending(73), sgetmask, ssetmask: the calls of old libraries.
#include "report.h"

struct old_action {
  unsigned long handler, mask, flags, restorer;
};

static volatile int runs;
static void handler(int signo) {
  runs++;
  printf("handler for %d\n", signo);
}

int main(void) {
  SHOW(syscall(SYS_signal, SIGUSR1, handler));
  SHOW_TRUE(syscall(SYS_signal, SIGUSR1, handler) == (long)handler);
  raise(SIGUSR1);
  struct old_action old;
  SHOW(syscall(SYS_sigaction, SIGUSR1, NULL, &old));
  printf("after one run: handler %lu flags %#lx mask %#lx\n", old.handler, old.flags, old.mask);
  struct old_action action = {(unsigned long)handler, 1 << (SIGUSR2 - 1), SA_RESTART, 0};
  SHOW(syscall(SYS_sigaction, SIGUSR1, &action, &old));
  SHOW(syscall(SYS_sigaction, SIGUSR1, NULL, &old));
  printf("flags %#lx mask %#lx\n", old.flags, old.mask);

  unsigned long set = 1 << (SIGUSR1 - 1), before = 99;
  SHOW(syscall(SYS_sigprocmask, SIG_BLOCK, &set, &before));
  printf("before %#lx\n", before);
  raise(SIGUSR1);
  unsigned long pending = 0;
  SHOW(syscall(SYS_sigpending, &pending));
  printf("pending %#lx runs %d\n", pending, runs);
  printf("sgetmask %#lx\n", syscall(SYS_sgetmask));
  printf("ssetmask gives %#lx\n", syscall(SYS_ssetmask, 0));
  printf("runs %d, mask now %#lx\n", runs, syscall(SYS_sgetmask));
  SHOW(syscall(SYS_sigprocmask, 7, &set, NULL));
  SHOW(syscall(SYS_sigprocmask, 7, NULL, &before));
  SHOW(syscall(SYS_signal, SIGKILL, handler));
}
