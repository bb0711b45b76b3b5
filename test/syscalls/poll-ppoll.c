// ppoll: another signal mask while it waits, and the time that is left.
#include "poll.h"
int main(void) {
  struct sigaction action = {.sa_handler = count_signal};
  sigaction(SIGUSR1, &action, NULL);
  sigset_t blocked, none, now;
  sigemptyset(&none), sigemptyset(&blocked), sigaddset(&blocked, SIGUSR1);
  sigprocmask(SIG_BLOCK, &blocked, NULL);
  kill(getpid(), SIGUSR1);
  SHOW(ppoll(NULL, 0, &(struct timespec){0, 20000000}, NULL));
  SHOW(signals_seen);
  SHOW(ppoll(NULL, 0, &(struct timespec){5, 0}, &none));
  SHOW(signals_seen);
  sigprocmask(SIG_BLOCK, NULL, &now);
  SHOW(sigismember(&now, SIGUSR1));
  int a[2];
  pipe(a);
  write(a[1], "x", 1);
  kill(getpid(), SIGUSR1);
  struct pollfd one = {a[0], POLLIN, 0};
  SHOW(ppoll(&one, 1, NULL, &none));
  SHOW(signals_seen);
  sigprocmask(SIG_BLOCK, NULL, &now);
  SHOW(sigismember(&now, SIGUSR1));
  sigpending(&now);
  SHOW(sigismember(&now, SIGUSR1));
  pid_t self = getpid();
  sigprocmask(SIG_UNBLOCK, &blocked, NULL);
  LATER(30, kill(self, SIGUSR1));
  SHOW(ppoll(NULL, 0, NULL, &none));
  long left[2] = {5, 0};
  SHOW(syscall(SYS_ppoll, &one, 1, left, NULL, 8));
  SHOW_TRUE(left[0] == 4 && left[1] > 900000000);
  long zero[2] = {0, 1000000000};
  SHOW(syscall(SYS_ppoll, &one, 1, zero, NULL, 8));
  SHOW(syscall(SYS_ppoll, &one, 1, left, &none, 4));
  long long wide[2] = {1, 0};
  read(a[0], &now, 1);
  wide[0] = 0, wide[1] = 20000000;
  SHOW(syscall(SYS_ppoll_time64, &one, 1, wide, NULL, 8));
  SHOW(wide[0] == 0 && wide[1] == 0);
  wait_all();
  return 0;
}
