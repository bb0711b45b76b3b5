// select: the three sets, the time that is left, bad descriptors.
#include "poll.h"
static void show_set(const char *label, fd_set *set, int count) {
  printf("%s:", label);
  for (int i = 0; i < count; i++)
    if (FD_ISSET(i, set)) printf(" %d", i);
  printf("\n");
}
int main(void) {
  int a[2], b[2];
  pipe(a), pipe(b);
  for (int i = 0; i < 2; i++) dup2(a[i], 20 + i), dup2(b[i], 40 + i);
  fd_set in, out, except;
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_ZERO(&except);
  FD_SET(20, &in); FD_SET(40, &in); FD_SET(21, &out); FD_SET(41, &out); FD_SET(20, &except);
  write(b[1], "x", 1);
  struct timeval time = {5, 0};
  SHOW(select(50, &in, &out, &except, &time));
  show_set("in", &in, 50), show_set("out", &out, 50), show_set("except", &except, 50);
  SHOW_TRUE(time.tv_sec == 4 && time.tv_usec > 900000);
  FD_ZERO(&in); FD_SET(20, &in);
  time = (struct timeval){0, 30000};
  SHOW(select(21, &in, NULL, NULL, &time));
  show_set("in", &in, 50);
  SHOW(time.tv_sec == 0 && time.tv_usec == 0);
  FD_SET(20, &in); FD_SET(40, &in);
  time = (struct timeval){0, 0};
  SHOW(select(21, &in, NULL, NULL, &time));
  show_set("beyond the count", &in, 32);
  FD_ZERO(&in); FD_SET(30, &in);
  SHOW(select(31, &in, NULL, NULL, &time));
  SHOW(select(-1, NULL, NULL, NULL, &time));
  time = (struct timeval){-1, 0};
  SHOW(select(0, NULL, NULL, NULL, &time));
  time = (struct timeval){0, 1000001};
  long start = milliseconds();
  SHOW(select(0, NULL, NULL, NULL, &(struct timeval){0, 40000}));
  SHOW_TRUE(milliseconds() - start >= 39);
  struct sigaction action = {.sa_handler = count_signal, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  pid_t self = getpid();
  LATER(30, kill(self, SIGUSR1));
  FD_ZERO(&in); FD_SET(20, &in);
  SHOW(select(21, &in, NULL, NULL, NULL));
  show_set("interrupted", &in, 32);
  struct { int n; fd_set *in, *out, *except; struct timeval *time; } old = {50, &in, NULL, NULL, &time};
  time = (struct timeval){0, 0};
  FD_SET(40, &in);
  SHOW(syscall(SYS_select, &old));
  show_set("old select", &in, 50);
  close(b[1]), close(41), read(40, &old, 1);
  FD_ZERO(&in); FD_SET(40, &in);
  SHOW(select(41, &in, NULL, NULL, NULL));
  show_set("the end is readable", &in, 50);
  wait_all();
  return 0;
}
