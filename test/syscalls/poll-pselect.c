// pselect6: its mask lets in a signal that waits, and goes away with the call.
#include "poll.h"
int main(void) {
  struct sigaction action = {.sa_handler = count_signal};
  sigaction(SIGUSR1, &action, NULL);
  sigset_t blocked, none, now;
  sigemptyset(&none), sigemptyset(&blocked), sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  kill(getpid(), SIGUSR1);
  SHOW(pselect(0, NULL, NULL, NULL, &(struct timespec){0, 20000000}, NULL));
  SHOW(signals_seen);
  SHOW(pselect(0, NULL, NULL, NULL, NULL, &none));
  SHOW(signals_seen);
  sigprocmask(SIG_BLOCK, NULL, &now);
  SHOW(sigismember(&now, SIGUSR1));
  pid_t self = getpid();
  LATER(30, kill(self, SIGUSR1));
  SHOW(pselect(0, NULL, NULL, NULL, &(struct timespec){5, 0}, &none));
  SHOW(signals_seen);
  long time[2] = {0, 10000000}, mask[2] = {(long)&none, 4};
  SHOW(syscall(SYS_pselect6, 0, NULL, NULL, NULL, time, mask));
  wait_all();
  return 0;
}
