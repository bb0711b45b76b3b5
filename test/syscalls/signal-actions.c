// sigaction: what is stored and read back, which signals and sizes are refused.
#include "report.h"

struct raw_action {
  unsigned long handler, flags, restorer;
  unsigned mask[2];
};

static void handler(int signo) { (void)signo; }

int main(void) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | SA_NODEFER | SA_ONSTACK}, old;
  sigaddset(&action.sa_mask, SIGUSR2);
  sigaddset(&action.sa_mask, SIGKILL);
  sigaddset(&action.sa_mask, 40);
  SHOW(sigaction(SIGUSR1, &action, &old));
  SHOW_TRUE(old.sa_handler == SIG_DFL);
  SHOW(sigaction(SIGUSR1, NULL, &old));
  SHOW_TRUE(old.sa_handler == handler);
  printf("flags %#x\n", old.sa_flags & ~0x04000000);
  for (int signo = 1; signo <= 64; signo++)
    if (sigismember(&old.sa_mask, signo) == 1) printf("mask has %d\n", signo);
  SHOW(sigaction(SIGKILL, &action, NULL));
  SHOW(sigaction(SIGSTOP, &action, NULL));
  SHOW(sigaction(SIGKILL, NULL, &old));

  struct raw_action raw = {.handler = 1, .flags = 0x400 | 0x12345}, back;
  SHOW(syscall(SYS_rt_sigaction, SIGUSR2, &raw, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR2, NULL, &back, 8));
  printf("kept flags %#lx handler %lu\n", back.flags, back.handler);
  SHOW(syscall(SYS_rt_sigaction, SIGUSR2, &raw, NULL, 4));
  SHOW(syscall(SYS_rt_sigaction, 65, &raw, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, 0, NULL, &back, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR2, (void *)8, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR2, NULL, (void *)8, 8));
}
