// sigaltstack: where handlers run, nested, SS_AUTODISARM, changing it from within.
#include "report.h"


static char stack[65536], other[65536];
static int on(const void *base) { int here; return (char *)&here >= (const char *)base && (char *)&here < (const char *)base + sizeof stack; }
static int nested;
static void on_signal(int signo) {
  stack_t now;
  sigaltstack(NULL, &now);
  printf("on stack %d, other %d, flags %#x\n", on(stack), on(other), now.ss_flags);
  stack_t change = {.ss_sp = other, .ss_size = sizeof other};
  show("change", sigaltstack(&change, NULL));
  if (!nested++) raise(SIGUSR2);
}

int main(void) {
  stack_t set = {.ss_sp = stack, .ss_size = sizeof stack}, old;
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK | SA_NODEFER};
  sigaction(SIGUSR1, &action, NULL), sigaction(SIGUSR2, &action, NULL);
  SHOW(sigaltstack(&set, &old)), SHOW(old.ss_flags), raise(SIGUSR1), SHOW(sigaltstack(NULL, &old)), SHOW(old.ss_sp == stack);
  set.ss_flags = 1u << 31, nested = 0, SHOW(sigaltstack(&set, NULL)), raise(SIGUSR1), sigaltstack(NULL, &old), SHOW(old.ss_sp == stack), SHOW(old.ss_sp == other);
  set.ss_flags = SS_DISABLE, nested = 1, SHOW(sigaltstack(&set, NULL)), raise(SIGUSR1);
  set.ss_flags = 4, SHOW(sigaltstack(&set, NULL)), set.ss_flags = 0, set.ss_size = 100, SHOW(sigaltstack(&set, NULL));
  return 0;
}
