// What rests on futexes: mutexes, condition variables, barriers, semaphores, timed locks.
#include "report.h"
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static sem_t semaphore;
static int counter, turn;

static void *count(void *unused) {
  for (int i = 0; i < 5000; i++) {
    pthread_mutex_lock(&mutex);
    counter++;
    pthread_mutex_unlock(&mutex);
  }
  pthread_barrier_wait(&barrier);
  return unused;
}
static void *player(void *argument) {
  int me = (int)(intptr_t)argument;
  for (int i = 0; i < 3; i++) {
    pthread_mutex_lock(&mutex);
    while (turn % 3 != me) pthread_cond_wait(&condition, &mutex);
    printf("player %d\n", me);
    turn++;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
  }
  sem_post(&semaphore);
  return NULL;
}

int main(void) {
  pthread_t threads[4];
  pthread_barrier_init(&barrier, NULL, 5);
  sem_init(&semaphore, 0, 0);
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, count, NULL);
  pthread_barrier_wait(&barrier);
  printf("counter %d\n", counter);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, player, (void *)(intptr_t)i);
  for (int i = 0; i < 3; i++) sem_wait(&semaphore);
  for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_nsec += 10000000;
  if (soon.tv_nsec >= 1000000000) soon.tv_nsec -= 1000000000, soon.tv_sec++;
  printf("sem_timedwait: %s\n", sem_timedwait(&semaphore, &soon) ? strerrorname_np(errno) : "ok");
  pthread_mutex_lock(&mutex);
  printf("mutex_timedlock: %s\n", strerrorname_np(pthread_mutex_timedlock(&mutex, &soon)));
  printf("cond_timedwait: %s\n", strerrorname_np(pthread_cond_timedwait(&condition, &mutex, &soon)));
}
