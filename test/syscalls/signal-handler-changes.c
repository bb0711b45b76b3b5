// A handler that changes the context: registers, the instruction, the mask it leaves behind.
#include "report.h"
#include <ucontext.h>

static void on_signal(int signo, siginfo_t *info, void *context) {
  ucontext_t *u = context;
  if (signo == SIGILL) u->uc_mcontext.gregs[REG_EIP] += 2;
  else u->uc_mcontext.gregs[REG_EAX] = 4711;
  sigaddset(&u->uc_sigmask, SIGUSR2);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  sigaction(SIGILL, &action, NULL), sigaction(SIGUSR1, &action, NULL);
  int result = 1;
  asm volatile("ud2\n\tmov $2, %0" : "=r"(result));
  SHOW(result);
  asm volatile("int $0x80" : "=a"(result) : "0"(37), "b"(getpid()), "c"(SIGUSR1) : "memory");
  SHOW(result);
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask), SHOW(sigismember(&mask, SIGUSR2)), SHOW(sigismember(&mask, SIGUSR1));
  return 0;
}
