// futex: values that do not match, timeouts, waking nobody, bad operations and addresses.
#include "report.h"
#include <linux/futex.h>
#include <time.h>

static int word = 5;
static long futex(int *address, int operation, int value, const struct timespec *time, int *second, int third) {
  return syscall(SYS_futex, address, operation, value, time, second, third);
}

int main(void) {
  struct timespec soon = {0, 10000000}, bad = {0, -1}, now;
  SHOW(futex(&word, FUTEX_WAIT, 4, NULL, NULL, 0));
  SHOW(futex(&word, FUTEX_WAIT_PRIVATE, 5, &soon, NULL, 0));
  SHOW(futex(&word, FUTEX_WAIT, 5, &soon, NULL, 0));
  SHOW(futex(&word, FUTEX_WAIT, 5, &bad, NULL, 0));
  SHOW(futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0));
  SHOW(futex((int *)((char *)&word + 1), FUTEX_WAIT, 5, NULL, NULL, 0));
  SHOW(futex((int *)((char *)&word + 1), FUTEX_WAKE, 5, NULL, NULL, 0));
  SHOW(futex((int *)64, FUTEX_WAIT, 5, NULL, NULL, 0));
  SHOW(futex((int *)64, FUTEX_WAKE, 5, NULL, NULL, 0));
  SHOW(futex((int *)64, FUTEX_WAKE_PRIVATE, 5, NULL, NULL, 0));
  SHOW(futex(&word, FUTEX_WAIT_BITSET, 5, NULL, NULL, 0));
  SHOW(futex(&word, FUTEX_WAKE_BITSET, 5, NULL, NULL, 0));
  SHOW(futex(&word, 99, 5, NULL, NULL, 0));
  SHOW(futex(&word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, NULL, NULL, 0));
  clock_gettime(CLOCK_MONOTONIC, &now);
  SHOW(futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 5, &now, NULL, -1));
  clock_gettime(CLOCK_REALTIME, &now);
  SHOW(futex(&word, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 5, &now, NULL, -1));
}
