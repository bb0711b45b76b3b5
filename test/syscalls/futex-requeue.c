// FUTEX_REQUEUE, CMP_REQUEUE: sleepers move to another word.
#include "report.h"
#include <linux/futex.h>
#include <pthread.h>

static int from, to;
static volatile int done;
static long futex(int *address, int operation, long value, long value2, int *second, long value3) {
  return syscall(SYS_futex, address, operation, value, value2, second, value3);
}
static void *sleeper(void *unused) {
  futex(&from, FUTEX_WAIT_PRIVATE, 0, 0, NULL, 0);
  __atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
  return unused;
}
static int expect(int n) {
  for (int i = 0; i < 1000 && done < n; i++) usleep(1000);
  usleep(5000);
  return done;
}

int main(void) {
  pthread_t threads[5];
  for (int i = 0; i < 5; i++) pthread_create(&threads[i], NULL, sleeper, NULL);
  usleep(60000);
  SHOW(futex(&from, FUTEX_CMP_REQUEUE_PRIVATE, 1, 2, &to, 7));
  SHOW(futex(&from, FUTEX_CMP_REQUEUE_PRIVATE, 1, 2, &to, 0));
  SHOW(expect(1));
  SHOW(futex(&from, FUTEX_REQUEUE_PRIVATE, 0, 1, &to, 0));
  SHOW(futex(&to, FUTEX_WAKE_PRIVATE, 10, 0, NULL, 0));
  SHOW(expect(4));
  SHOW(futex(&from, FUTEX_WAKE_PRIVATE, 10, 0, NULL, 0));
  SHOW(expect(5));
  SHOW(futex(&from, FUTEX_REQUEUE_PRIVATE, -1, 1, &to, 0));
  for (int i = 0; i < 5; i++) pthread_join(threads[i], NULL);
}
