// Where two threads take turns on a processor, a spin loop with pause comes less far than one without; and time stamps
// around a pause do not step back, except where an interrupt comes between.
#include "report.h"
#include <pthread.h>
#include <sched.h>
#include <x86intrin.h>

static volatile int running = 1;
static volatile long plain, pausing;

static void *spin(void *unused) {
  while (running) plain++;
  return unused;
}

static void *spin_pausing(void *unused) {
  while (running) {
    pausing++;
    _mm_pause();
  }
  return unused;
}

int main(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  SHOW(sched_setaffinity(0, sizeof one, &one));

  int back = 0;
  for (unsigned long long i = 0, last = __rdtsc(); i < 1000; i++) {
    _mm_pause();
    unsigned long long now = __rdtsc();
    back += now < last;
    last = now;
  }
  SHOW_TRUE(back < 10);

  pthread_t threads[2];
  pthread_create(&threads[0], NULL, spin, NULL);
  pthread_create(&threads[1], NULL, spin_pausing, NULL);
  usleep(500000);
  running = 0;
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  SHOW_TRUE(plain > 0 && pausing > 0);
  SHOW_TRUE(plain > 2 * pausing);
  return 0;
}
