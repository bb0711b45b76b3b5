// Robust lists: a thread that ends with a lock marks it and wakes who waits; the lists can be read.
#include "report.h"
#include <stddef.h>
#include <linux/futex.h>
#include <pthread.h>

struct lock {
  struct robust_list list;
  unsigned word;
};

static struct lock locks[3];
static struct robust_list_head head;

static void *owner(void *unused) {
  head.futex_offset = offsetof(struct lock, word);
  head.list.next = &locks[0].list;
  locks[0].list.next = &locks[1].list;
  locks[1].list.next = &head.list;
  head.list_op_pending = &locks[2].list;
  for (int i = 0; i < 3; i++) locks[i].word = syscall(SYS_gettid);
  locks[1].word |= FUTEX_WAITERS;
  locks[0].word = 1;
  printf("set_robust_list %ld\n", syscall(SYS_set_robust_list, &head, sizeof head));
  struct robust_list_head *found;
  size_t size;
  printf("get_robust_list %ld", syscall(SYS_get_robust_list, 0, &found, &size));
  printf(" same %d size %zu\n", found == &head, size);
  usleep(40000);
  syscall(SYS_exit, 0);
  return unused;
}

int main(void) {
  SHOW(syscall(SYS_set_robust_list, &head, 11));
  SHOW(syscall(SYS_get_robust_list, 0x3fffff, &head, &(size_t){0}));
  pthread_t thread;
  pthread_create(&thread, NULL, owner, NULL);
  while ((*(volatile unsigned *)&locks[1].word & FUTEX_WAITERS) == 0) usleep(1000);
  unsigned value = locks[1].word;
  long result = syscall(SYS_futex, &locks[1].word, FUTEX_WAIT, value, NULL, NULL, 0);
  printf("wait %s\n", result == 0 ? "woken" : strerrorname_np(errno));
  pthread_join(thread, NULL);
  for (int i = 0; i < 3; i++) printf("lock %d: %#x\n", i, locks[i].word);
}
