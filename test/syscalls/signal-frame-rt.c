// The frame of a handler with SA_SIGINFO: registers, mask and FP state in ucontext, and what sigreturn restores.
#include "report.h"
#include <ucontext.h>

static void handler(int signo, siginfo_t *info, void *context) {
  ucontext_t *machine = context;
  (void)info;
  printf("signal %d link %s\n", signo, machine->uc_link ? "set" : "null");
  printf("esi %#x edi %#x\n", machine->uc_mcontext.gregs[REG_ESI], machine->uc_mcontext.gregs[REG_EDI]);
  SHOW_TRUE(machine->uc_mcontext.gregs[REG_ESP] == machine->uc_mcontext.gregs[REG_UESP]);
  SHOW_TRUE(machine->uc_mcontext.fpregs != NULL);
  printf("fp control %#lx\n", machine->uc_mcontext.fpregs->cw & 0xffff);
  for (int i = 1; i < 32; i++)
    if (sigismember(&machine->uc_sigmask, i)) printf("saved mask has %d\n", i);
  machine->uc_mcontext.gregs[REG_ESI] = 77;
  sigaddset(&machine->uc_sigmask, SIGTERM);
  sigaddset(&machine->uc_sigmask, SIGKILL);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGQUIT);
  sigprocmask(SIG_SETMASK, &mask, NULL);
  int esi = 0x5151, edi = 0xd1d1, result;
  __asm__ volatile("int $0x80"
                   : "=a"(result), "+S"(esi), "+D"(edi)
                   : "0"(37), "b"(getpid()), "c"(SIGUSR1)
                   : "memory");
  printf("esi %d edi %#x\n", esi, edi);
  sigprocmask(SIG_SETMASK, NULL, &mask);
  for (int i = 1; i < 32; i++)
    if (sigismember(&mask, i)) printf("mask has %d\n", i);
}
