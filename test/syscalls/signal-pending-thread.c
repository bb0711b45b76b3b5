// rt_sigpending's sizes; signals of the thread and of the process show alike.
#include "report.h"

int main(void) {
  sigset_t set;
  sigfillset(&set);
  sigprocmask(SIG_BLOCK, &set, NULL);
  kill(getpid(), SIGUSR1);
  syscall(SYS_tkill, getpid(), SIGUSR2);
  unsigned words[3] = {0, 0, 0x55};
  SHOW(syscall(SYS_rt_sigpending, words, 8));
  printf("%#x %#x %#x\n", words[0], words[1], words[2]);
  words[1] = 7;
  SHOW(syscall(SYS_rt_sigpending, words, 4));
  printf("%#x %#x\n", words[0], words[1]);
  SHOW(syscall(SYS_rt_sigpending, words, 12));
  SHOW(syscall(SYS_rt_sigpending, (void *)8, 8));
}
