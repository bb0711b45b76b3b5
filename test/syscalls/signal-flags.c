// SA_NODEFER, SA_RESETHAND, sa_mask: what is blocked in a handler, and who runs in whom.
#include "report.h"

static volatile int depth;
static void nested(int signo) {
  printf("%*senter %d\n", depth * 2, "", signo);
  depth++;
  if (depth < 3) raise(SIGUSR1);
  if (depth == 3 && signo == SIGUSR1) raise(SIGUSR2);
  depth--;
  printf("%*sleave %d\n", depth * 2, "", signo);
}

int main(void) {
  struct sigaction action = {.sa_handler = nested};
  sigaction(SIGUSR2, &action, NULL);
  puts("plain");
  sigaction(SIGUSR1, &action, NULL);
  depth = 2;
  raise(SIGUSR1);
  depth = 0;
  puts("SA_NODEFER");
  action.sa_flags = SA_NODEFER;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  puts("sa_mask");
  action.sa_flags = 0;
  sigaddset(&action.sa_mask, SIGUSR2);
  sigaction(SIGUSR1, &action, NULL);
  depth = 2;
  raise(SIGUSR1);
  depth = 0;
  puts("SA_RESETHAND");
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGUSR1, &action, NULL);
  depth = 3;
  raise(SIGUSR1);
  struct sigaction now;
  sigaction(SIGUSR1, NULL, &now);
  SHOW_TRUE(now.sa_handler == SIG_DFL);
  printf("flags %#x\n", now.sa_flags & ~0x04000000);
}
