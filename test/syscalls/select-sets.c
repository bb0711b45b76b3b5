// select: which bits come back, what is left of the time, bad descriptors, large sets, no sets.
#include "report.h"
#include <sys/select.h>

int main(void) {
  int one[2], two[2];
  pipe(one), pipe(two);
  fd_set in, out;
  FD_ZERO(&in);
  FD_ZERO(&out);
  FD_SET(one[0], &in);
  FD_SET(two[0], &in);
  FD_SET(one[1], &out);
  int last = two[1] + 1;
  write(two[1], "x", 1);
  SHOW(select(last, &in, &out, NULL, NULL)), SHOW(FD_ISSET(one[0], &in) != 0), SHOW(FD_ISSET(two[0], &in) != 0), SHOW(FD_ISSET(one[1], &out) != 0);
  FD_ZERO(&in);
  FD_SET(one[0], &in);
  struct timeval time = {0, 10000};
  SHOW(select(last, &in, NULL, NULL, &time)), SHOW(FD_ISSET(one[0], &in) != 0), SHOW(time.tv_sec + time.tv_usec);
  time = (struct timeval){0, 5000}, SHOW(select(0, NULL, NULL, NULL, &time));
  FD_SET(two[1] + 5, &in);
  SHOW(select(two[1] + 6, &in, NULL, NULL, &time)), SHOW(select(-1, NULL, NULL, NULL, &time)), time.tv_sec = -1, SHOW(select(0, NULL, NULL, NULL, &time));
  time = (struct timeval){}, SHOW(select(5, (void *)8, NULL, NULL, &time));
  return 0;
}
