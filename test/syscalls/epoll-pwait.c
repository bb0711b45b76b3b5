// epoll_pwait and epoll_pwait2: signals and time.
#include "poll.h"
int main(void) {
  struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  sigset_t blocked, none, now;
  sigemptyset(&none), sigemptyset(&blocked), sigaddset(&blocked, SIGUSR1);
  int ep = epoll_create(1);
  struct epoll_event event;
  pid_t self = getpid();
  LATER(30, kill(self, SIGUSR1));
  SHOW(epoll_wait(ep, &event, 1, 5000));
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  kill(self, SIGUSR1);
  SHOW(epoll_wait(ep, &event, 1, 20));
  SHOW(signals_seen);
  SHOW(epoll_pwait(ep, &event, 1, 5000, &none));
  SHOW(signals_seen);
  sigprocmask(SIG_BLOCK, NULL, &now);
  SHOW(sigismember(&now, SIGUSR1));
  long long time[2] = {0, 20000000};
  SHOW(syscall(SYS_epoll_pwait2, ep, &event, 1, time, NULL, 0));
  time[1] = 1000000000;
  SHOW(syscall(SYS_epoll_pwait2, ep, &event, 1, time, NULL, 0));
  wait_all();
  return 0;
}
