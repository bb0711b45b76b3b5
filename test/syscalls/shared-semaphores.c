// Process-shared semaphores and condition variables of the C library over shared memory.
#include "report.h"
#include <pthread.h>
#include <semaphore.h>

static struct shared {
  sem_t ping, pong;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  pthread_barrier_t barrier;
  int value, turns;
} *s;

int main(void) {
  s = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t mutex;
  pthread_condattr_t condition;
  pthread_barrierattr_t barrier;
  pthread_mutexattr_init(&mutex), pthread_mutexattr_setpshared(&mutex, 1), pthread_condattr_init(&condition), pthread_condattr_setpshared(&condition, 1), pthread_barrierattr_init(&barrier), pthread_barrierattr_setpshared(&barrier, 1);
  sem_init(&s->ping, 1, 0), sem_init(&s->pong, 1, 0), pthread_mutex_init(&s->mutex, &mutex), pthread_cond_init(&s->changed, &condition), pthread_barrier_init(&s->barrier, &barrier, 2);
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 100; i++) sem_wait(&s->ping), s->turns++, sem_post(&s->pong);
    pthread_mutex_lock(&s->mutex);
    while (s->value != 5) pthread_cond_wait(&s->changed, &s->mutex);
    s->value = 6, pthread_cond_signal(&s->changed), pthread_mutex_unlock(&s->mutex);
    int result = pthread_barrier_wait(&s->barrier);
    _exit(result == 0 || result == PTHREAD_BARRIER_SERIAL_THREAD ? 0 : 1);
  }
  for (int i = 0; i < 100; i++) sem_post(&s->ping), sem_wait(&s->pong);
  SHOW(s->turns);
  pthread_mutex_lock(&s->mutex), s->value = 5, pthread_cond_signal(&s->changed);
  while (s->value != 6) pthread_cond_wait(&s->changed, &s->mutex);
  pthread_mutex_unlock(&s->mutex), SHOW(s->value), pthread_barrier_wait(&s->barrier), show_end("child", child);
  SHOW(sem_trywait(&s->ping)), SHOW(sem_post(&s->ping)), SHOW(sem_trywait(&s->ping));
  return 0;
}
