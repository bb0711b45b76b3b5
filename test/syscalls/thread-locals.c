// Thread-local variables, keys with destructors, pthread_once, cancelling and detaching.
#include "report.h"
#include <pthread.h>

static __thread int local = 5;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int onces, destroyed;
static void init(void) { onces++; }
static void destroy(void *value) { destroyed += (intptr_t)value; }
static void *thread(void *argument) {
  pthread_once(&once, init);
  int before = local;
  local = (intptr_t)argument;
  pthread_setspecific(key, argument);
  return (void *)(intptr_t)(before * 100 + local);
}
static void *waits(void *argument) {
  for (;;) pause();
}

int main(void) {
  pthread_t threads[3];
  void *result;
  pthread_key_create(&key, destroy);
  for (intptr_t i = 0; i < 3; i++) pthread_create(&threads[i], NULL, thread, (void *)(i + 1));
  for (int i = 0; i < 3; i++) pthread_join(threads[i], &result), SHOW((intptr_t)result);
  SHOW(local), SHOW(onces), SHOW(destroyed);
  pthread_create(threads, NULL, waits, NULL), SHOW(pthread_cancel(threads[0])), pthread_join(threads[0], &result), SHOW_TRUE(result == PTHREAD_CANCELED);
  return 0;
}
