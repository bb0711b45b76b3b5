// RLIMIT_CPU: SIGXCPU at the soft limit and each second after it, SIGKILL at the hard one. What counts is the CPU
// time of all threads of the process, and of no other. setrlimit's and prlimit's refusals.
#include "report.h"
#include <pthread.h>
#include <time.h>

static void burn(void) {
  for (volatile unsigned i = 0;; i++) {
  }
}

/** CPU time of the process to the nearest second: Linux looks at each tick, and ticks are not nanoseconds. */
static int used(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + (now.tv_nsec > 500000000);
}

/** Linux moves the soft limit on by a second with each signal. */
static void tell(int signo) {
  struct rlimit now;
  getrlimit(RLIMIT_CPU, &now);
  printf("SIG%s at %d, then %d %d\n", sigabbrev_np(signo), used(), (int)now.rlim_cur, (int)now.rlim_max);
}
static void end(int signo) { _exit(used()); }
static void *burning(void *unused) {
  burn();
  return NULL;
}
static void limit_to(int soft, int hard) {
  struct rlimit limit = {soft, hard};
  if (setrlimit(RLIMIT_CPU, &limit) != 0) die("setrlimit");
}

int main(int argc, char **argv) {
  if (argc > 1) burn();
  struct rlimit none = {};
  setrlimit(RLIMIT_CORE, &none);
  IN_CHILD("soft and hard", signal(SIGXCPU, tell), limit_to(1, 3), burn());
  IN_CHILD("zero: at once", signal(SIGXCPU, end), limit_to(0, 9), burn());
  IN_CHILD("two threads", {
    pthread_t thread;
    signal(SIGXCPU, end), limit_to(1, 9);
    pthread_create(&thread, NULL, burning, NULL);
    burn();
  });
  IN_CHILD("by default, after execve", limit_to(1, 9), execl("/proc/self/exe", "burn", "on", NULL));
  IN_CHILD("a sleeper's time does not count", limit_to(1, 1), usleep(1200000));

  struct rlimit limit = {5, 4};
  SHOW(setrlimit(RLIMIT_CPU, &limit));
  SHOW(setrlimit(99, &limit));
  SHOW(getrlimit(99, &limit));
  SHOW(prlimit(1 << 22, RLIMIT_CORE, NULL, &limit));
  SHOW(prlimit(0, RLIMIT_CORE, NULL, NULL));
  struct rlimit old;
  limit = (struct rlimit){0, 0};
  SHOW(prlimit(0, RLIMIT_CORE, &limit, &old));
  pid_t child = fork();
  if (child == 0) burn();
  struct rlimit files = {33, 44};
  SHOW(prlimit(child, RLIMIT_NOFILE, &files, NULL));
  SHOW(prlimit(child, RLIMIT_NOFILE, NULL, &old));
  printf("%d %d\n", (int)old.rlim_cur, (int)old.rlim_max);
  limit = (struct rlimit){1, 2};
  SHOW(prlimit(child, RLIMIT_CPU, &limit, NULL));
  show_end("another process", child);
  return 0;
}
