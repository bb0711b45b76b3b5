// The frame of a handler without SA_SIGINFO: sigcontext behind the signal number, changed by the handler.
#include "report.h"

static int found_ecx, found_trapno, aligned;
static void handler(int signo, struct sigcontext context) {
  found_ecx = context.ecx;
  found_trapno = context.trapno;
  aligned = (((uintptr_t)&signo + 12) & 15);
  printf("signal %d segments cs %s ss %s\n", signo, context.cs ? "set" : "0", context.ss == context.ds ? "as ds" : "other");
  printf("oldmask %#lx\n", (long)context.oldmask);
  volatile struct sigcontext *change = &context;
  change->ebx = 0x1234;
  change->eflags |= 1;
}

int main(void) {
  struct sigaction action = {.sa_handler = (void (*)(int))handler};
  sigaction(SIGUSR1, &action, NULL);
  sigset_t hup;
  sigemptyset(&hup);
  sigaddset(&hup, SIGHUP);
  sigprocmask(SIG_BLOCK, &hup, NULL);
  int ebx, carry, result, signo = SIGUSR1;
  __asm__ volatile("clc; int $0x80; sbbl %2, %2"
                   : "=a"(result), "=b"(ebx), "=r"(carry)
                   : "0"(37), "1"(getpid()), "c"(signo)
                   : "memory", "cc");
  printf("kill = %d, ebx %#x, carry %d, ecx then %d, trapno %d\n", result, ebx, carry, found_ecx, found_trapno);
}
