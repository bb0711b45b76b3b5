// sigaltstack: where handlers run, what may be set when, SS_AUTODISARM.
#include "report.h"
#include <ucontext.h>

static char stack[16384] __attribute__((aligned(16)));
static int on_stack(void) {
  char here;
  return &here >= stack && &here < stack + sizeof stack;
}

static void show_stack(const char *label) {
  stack_t now;
  sigaltstack(NULL, &now);
  printf("%s: flags %#x size %zu base %s\n", label, now.ss_flags, (size_t)now.ss_size,
         now.ss_sp == stack ? "ours" : now.ss_sp ? "other" : "null");
}

static void handler(int signo, siginfo_t *info, void *context) {
  (void)info;
  ucontext_t *machine = context;
  printf("handler %d on alternate stack: %d\n", signo, on_stack());
  printf("uc_stack flags %#x size %zu\n", machine->uc_stack.ss_flags, (size_t)machine->uc_stack.ss_size);
  show_stack("inside");
  stack_t other = {.ss_flags = SS_DISABLE};
  SHOW(sigaltstack(&other, NULL));
}

int main(void) {
  show_stack("start");
  stack_t wish = {.ss_sp = stack, .ss_size = sizeof stack};
  SHOW(sigaltstack(&wish, NULL));
  show_stack("set");
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR1);
  show_stack("after");
  raise(SIGUSR2);
  show_stack("after");
  wish.ss_size = 1000;
  SHOW(sigaltstack(&wish, NULL));
  wish.ss_size = sizeof stack;
  wish.ss_flags = 5;
  SHOW(sigaltstack(&wish, NULL));
  wish.ss_flags = SS_ONSTACK;
  SHOW(sigaltstack(&wish, NULL));
  show_stack("onstack");
  wish.ss_flags = (int)(1u << 31);
  SHOW(sigaltstack(&wish, NULL));
  show_stack("autodisarm");
  raise(SIGUSR1);
  show_stack("after autodisarm");
  SHOW(sigaltstack((void *)8, NULL));
}
