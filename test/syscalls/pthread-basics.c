// Threads of the C library: create, join, mutexes, conditions, own variables, once, cancellation, detaching.
#include "report.h"
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int counter, turn, once_count, destroyed;
static _Thread_local int own = 5;
static sem_t semaphore;

static void count_once(void) { once_count++; }
static void destroy(void *value) { destroyed += (intptr_t)value; }

static void *add(void *amount) {
  pthread_once(&once, count_once);
  pthread_setspecific(key, amount);
  own += (intptr_t)amount;
  for (int i = 0; i < 2000; i++) {
    pthread_mutex_lock(&mutex);
    counter += 1;
    pthread_mutex_unlock(&mutex);
  }
  return (void *)(intptr_t)own;
}

static void *in_turn(void *number) {
  for (int round = 0; round < 3; round++) {
    pthread_mutex_lock(&mutex);
    while (turn % 3 != (intptr_t)number) pthread_cond_wait(&condition, &mutex);
    printf("turn %d thread %d\n", turn++, (int)(intptr_t)number);
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

static void *forever(void *unused) {
  for (;;) pause();
  return unused;
}

static void *post(void *unused) {
  usleep(5000);
  sem_post(&semaphore);
  return unused;
}

int main(void) {
  pthread_t threads[8];
  void *result;
  pthread_key_create(&key, destroy);
  for (intptr_t i = 0; i < 8; i++) pthread_create(&threads[i], NULL, add, (void *)i);
  for (int i = 0; i < 8; i++) {
    pthread_join(threads[i], &result);
    printf("thread %d gave %d\n", i, (int)(intptr_t)result);
  }
  SHOW(counter);
  SHOW(own);
  SHOW(once_count);
  SHOW(destroyed);
  for (intptr_t i = 0; i < 3; i++) pthread_create(&threads[i], NULL, in_turn, (void *)i);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  pthread_create(&threads[0], NULL, forever, NULL);
  SHOW(pthread_cancel(threads[0]));
  pthread_join(threads[0], &result);
  SHOW_TRUE(result == PTHREAD_CANCELED);
  sem_init(&semaphore, 0, 0);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 65536);
  SHOW(pthread_create(&threads[0], &attributes, post, NULL));
  SHOW(sem_wait(&semaphore));
  SHOW(sem_trywait(&semaphore));
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  SHOW(sem_timedwait(&semaphore, &soon));
  return 0;
}
