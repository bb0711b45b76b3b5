// set_robust_list and get_robust_list: sizes, of others, a mutex whose owner ended.
#include "report.h"
#include <linux/futex.h>
#include <pthread.h>

static pthread_mutex_t *mutex;

int main(void) {
  void *head = NULL;
  size_t length = 0;
  SHOW(syscall(SYS_get_robust_list, 0, &head, &length)), SHOW_TRUE(head != NULL), SHOW(length);
  SHOW(syscall(SYS_set_robust_list, head, 8)), SHOW(syscall(SYS_get_robust_list, 1 << 22, &head, &length)), SHOW(syscall(SYS_get_robust_list, 0, 8, &length)), SHOW(syscall(SYS_set_robust_list, head, length));
  mutex = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes), pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), pthread_mutex_init(mutex, &attributes);
  IN_CHILD("dies with it", pthread_mutex_lock(mutex));
  printf("%s\n", strerrorname_np(pthread_mutex_lock(mutex))), SHOW(pthread_mutex_consistent(mutex)), SHOW(pthread_mutex_unlock(mutex));
  IN_CHILD("is killed with it", pthread_mutex_lock(mutex); raise(SIGKILL));
  printf("%s\n", strerrorname_np(pthread_mutex_lock(mutex))), SHOW(pthread_mutex_unlock(mutex)), printf("%s\n", strerrorname_np(pthread_mutex_lock(mutex)));
  return 0;
}
