// FUTEX_WAIT and WAKE between threads and, on shared memory, between processes; bitsets choose.
#include "report.h"
#include <linux/futex.h>
#include <pthread.h>

static int *word;
static long futex(int *address, int operation, int value, int third) {
  return syscall(SYS_futex, address, operation, value, NULL, NULL, third);
}
static volatile int done;
static void *sleeper(void *argument) {
  if (futex(word, FUTEX_WAIT_BITSET, 0, (int)(intptr_t)argument) == 0) __atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
  return NULL;
}
static int expect(int n) {
  for (int i = 0; i < 1000 && done < n; i++) usleep(1000);
  usleep(5000);
  return done;
}

int main(void) {
  word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, sleeper, (void *)(intptr_t)(1 << i));
  usleep(60000);
  SHOW(futex(word, FUTEX_WAKE_BITSET, 9, 4));
  SHOW(expect(1));
  SHOW(futex(word, FUTEX_WAKE, 2, 0));
  SHOW(expect(3));
  SHOW(futex(word, FUTEX_WAKE, 2, 0));
  SHOW(expect(4));
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  pid_t pid = fork();
  if (pid == 0) _exit(futex(word, FUTEX_WAIT, 0, 0) == 0 ? 3 : 1);
  usleep(40000);
  SHOW(futex(word, FUTEX_WAKE_PRIVATE, 1, 0));
  SHOW(futex(word, FUTEX_WAKE, 1, 0));
  show_end("other process", pid);
}
