// A fault whose signal is blocked or ignored kills, handler or not.
#include "report.h"

static void handler(int signo) { printf("handler %d\n", signo); _exit(3); }

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGSEGV);
  signal(SIGSEGV, handler);
  IN_CHILD("handled", *(volatile int *)8 = 1);
  IN_CHILD("blocked", { sigprocmask(SIG_BLOCK, &set, NULL); *(volatile int *)8 = 1; });
  IN_CHILD("ignored", { signal(SIGSEGV, SIG_IGN); *(volatile int *)8 = 1; });
  IN_CHILD("sent while ignored", { signal(SIGSEGV, SIG_IGN); raise(SIGSEGV); puts("alive"); });
}
