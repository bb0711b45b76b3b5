// Handlers within handlers: what sa_mask keeps out, SA_NODEFER, SA_RESETHAND, masks that come back.
#include "report.h"

static int depth, raised;
static void show_mask(void) {
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  printf("%*sblocked:", depth * 2, "");
  for (int i = 1; i < 32; i++)
    if (sigismember(&mask, i)) printf(" %s", sigabbrev_np(i));
  printf("\n");
}
static void on_signal(int signo) {
  depth++;
  printf("%*s%s\n", depth * 2, "", sigabbrev_np(signo));
  show_mask();
  if (depth < 3 && raised++ < 6) raise(signo == SIGUSR1 ? SIGUSR2 : SIGUSR1);
  printf("%*send of %s\n", depth * 2, "", sigabbrev_np(signo));
  depth--;
}
static void set(int signo, int flags, int also) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
  if (also) sigaddset(&action.sa_mask, also);
  sigaction(signo, &action, NULL);
}

int main(void) {
  set(SIGUSR1, 0, 0), set(SIGUSR2, 0, 0);
  raise(SIGUSR1);
  raised = 0, printf("-- mask\n");
  set(SIGUSR1, 0, SIGUSR2);
  raise(SIGUSR1);
  raised = 0, printf("-- SA_NODEFER\n");
  set(SIGUSR1, SA_NODEFER, 0), set(SIGUSR2, SA_NODEFER, 0);
  raise(SIGUSR1);
  raised = 0, printf("-- SA_NODEFER with itself in the mask\n");
  set(SIGUSR1, SA_NODEFER, SIGUSR1);
  raise(SIGUSR1);
  raised = 5, printf("-- SA_RESETHAND\n");
  set(SIGUSR1, SA_RESETHAND, 0);
  set(SIGUSR2, 0, SIGUSR1);
  raise(SIGUSR2);
  struct sigaction action;
  sigaction(SIGUSR1, NULL, &action);
  SHOW_TRUE(action.sa_handler == SIG_DFL);
  show_mask();
  return 0;
}
