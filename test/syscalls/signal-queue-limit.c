// RLIMIT_SIGPENDING: sigqueue is refused beyond it, kill is not; what comes back when signals are taken.
#include "report.h"

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGRTMIN), sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  struct rlimit limit = {5, 5};
  IN_CHILD("child", {
    SHOW(setrlimit(RLIMIT_SIGPENDING, &limit));
    int sent = 0;
    while (sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = sent}) == 0) sent++;
    printf("%s\n", strerrorname_np(errno));
    SHOW_TRUE(sent <= 5);
    SHOW(kill(getpid(), SIGUSR1));
    SHOW(kill(getpid(), SIGRTMIN));
    siginfo_t info;
    SHOW_TRUE(sigwaitinfo(&set, &info) == SIGUSR1);
    int taken = 0;
    struct timespec none = {};
    while (sigtimedwait(&set, &info, &none) == SIGRTMIN)
      if (info.si_code == SI_QUEUE) taken++;
    SHOW_TRUE(taken == sent);
  });
  return 0;
}
