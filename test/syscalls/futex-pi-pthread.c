// Mutexes with PTHREAD_PRIO_INHERIT: between threads, robust ones, with a time limit.
#include "report.h"
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mutex;
static int counter;
static void *count(void *argument) {
  for (int i = 0; i < 2000; i++) {
    pthread_mutex_lock(&mutex);
    int before = counter;
    if (i % 50 == 0) sched_yield();
    counter = before + 1;
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}
static void *die_with_it(void *argument) {
  pthread_mutex_lock(&mutex);
  return NULL;
}

int main(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  SHOW(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT));
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
  SHOW(pthread_mutex_init(&mutex, &attributes));
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, count, NULL);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  SHOW(counter);
  SHOW(pthread_mutex_lock(&mutex));
  printf("%s\n", strerrorname_np(pthread_mutex_lock(&mutex)));
  SHOW(pthread_mutex_unlock(&mutex));
  printf("%s\n", strerrorname_np(pthread_mutex_unlock(&mutex)));
  pthread_mutex_destroy(&mutex);
  SHOW(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST));
  pthread_mutex_init(&mutex, &attributes);
  pthread_create(threads, NULL, die_with_it, NULL);
  pthread_join(threads[0], NULL);
  printf("%s\n", strerrorname_np(pthread_mutex_lock(&mutex)));
  SHOW(pthread_mutex_consistent(&mutex));
  SHOW(pthread_mutex_unlock(&mutex));
  SHOW(pthread_mutex_lock(&mutex));
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_sec -= 1;
  IN_CHILD("child", {});
  SHOW(pthread_mutex_unlock(&mutex));
  return 0;
}
