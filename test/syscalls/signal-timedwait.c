// sigtimedwait, sigwaitinfo: taking signals without handlers.
#include "report.h"
#include <time.h>

static void handler(int signo) { printf("handler %d\n", signo); }

int main(void) {
  sigset_t set;
  siginfo_t info;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  struct timespec now = {0, 0}, soon = {0, 20000000}, bad = {0, 1000000000};
  SHOW(sigtimedwait(&set, &info, &now));
  SHOW(sigtimedwait(&set, &info, &soon));
  SHOW(sigtimedwait(&set, &info, &bad));
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 5});
  raise(SIGUSR1);
  SHOW(sigwaitinfo(&set, &info));
  printf("code %d\n", info.si_code);
  SHOW_TRUE(sigwaitinfo(&set, &info) == SIGRTMIN);
  printf("value %d\n", info.si_value.sival_int);
  pid_t child = fork();
  if (child == 0) _exit(4);
  SHOW(sigwaitinfo(&set, &info));
  printf("code %d status %d\n", info.si_code, info.si_status);
  wait(NULL);
  signal(SIGALRM, handler);
  ualarm(20000, 0);
  SHOW(sigwaitinfo(&set, &info));
  if (fork() == 0) {
    usleep(20000);
    kill(getppid(), SIGUSR1);
    _exit(0);
  }
  struct timespec long_time = {5, 0};
  SHOW(sigtimedwait(&set, NULL, &long_time));
}
