// pselect6, ppoll and select: whose time is written back, masks, precise zero.
#include "report.h"
#include <poll.h>
#include <sys/select.h>

static void on_alarm(int signo) {}

int main(void) {
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  struct timeval old = {5, 0};
  ualarm(20000, 0), SHOW(select(0, NULL, NULL, NULL, &old)), SHOW(old.tv_sec);
  struct timespec time = {5, 0};
  ualarm(20000, 0), SHOW(pselect(0, NULL, NULL, NULL, &time, NULL)), SHOW(time.tv_sec);
  long raw[2] = {5, 0};
  ualarm(20000, 0), SHOW(syscall(SYS_pselect6, 0, NULL, NULL, NULL, raw, NULL)), SHOW(raw[0]), raw[0] = 5, raw[1] = 0;
  ualarm(20000, 0), SHOW(syscall(SYS_ppoll, NULL, 0, raw, NULL, 8)), SHOW(raw[0]), raw[0] = 0, raw[1] = 1000000000, SHOW(syscall(SYS_ppoll, NULL, 0, raw, NULL, 8)), raw[1] = 0, SHOW(syscall(SYS_ppoll, NULL, 0, raw, NULL, 8)), SHOW(syscall(SYS_ppoll, NULL, 0, 8, NULL, 8));
  return 0;
}
