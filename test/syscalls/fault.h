// Catching CPU exceptions: FAULT runs a statement and shows what the signal said of it (siginfo and the
// machine context), addresses as offsets from a base that the caller names.
#ifndef FAULT_H
#define FAULT_H
#include "report.h"
#include <setjmp.h>
#include <ucontext.h>

static sigjmp_buf fault_return;
static struct {
  int signo, code, trapno, error;
  uintptr_t address, cr2, eip;
} fault;

static void on_fault(int signo, siginfo_t *info, void *context) {
  mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
  fault.signo = signo;
  fault.code = info->si_code;
  fault.address = (uintptr_t)info->si_addr;
  fault.trapno = machine->gregs[REG_TRAPNO];
  fault.error = machine->gregs[REG_ERR];
  fault.cr2 = machine->cr2;
  fault.eip = machine->gregs[REG_EIP];
  siglongjmp(fault_return, 1);
}

static char fault_stack[16384] __attribute__((aligned(16)));

__attribute__((constructor)) static void catch_faults(void) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
  stack_t stack = {.ss_sp = fault_stack, .ss_size = sizeof fault_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);
}

static void show_fault(const char *label, const void *base) {
  printf("%s: SIG%s code %d trapno %d err %#x", label, sigabbrev_np(fault.signo), fault.code, fault.trapno,
         fault.error);
  if (fault.address == 0)
    printf(" addr 0");
  else if (base)
    printf(" addr base%+ld", (long)(fault.address - (uintptr_t)base));
  if (fault.trapno == 14) printf(" cr2 %s", fault.cr2 == fault.address ? "same" : "other");
  printf("\n");
}

/** Runs the statement; a fault in it is shown, otherwise `label: no fault`. */
#define FAULT(label, base, ...)          \
  do {                                   \
    if (sigsetjmp(fault_return, 1) == 0) { \
      __VA_ARGS__;                       \
      printf("%s: no fault\n", label);   \
    } else {                             \
      show_fault(label, base);           \
    }                                    \
  } while (0)

static inline int peek(const volatile void *at) { return *(const volatile unsigned char *)at; }
static inline void poke(volatile void *at, int value) { *(volatile unsigned char *)at = value; }
#endif
