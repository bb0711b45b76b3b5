// Limits over fork, execve and threads; nice and priorities of processes.
#include "report.h"
#include <pthread.h>

static void *thread(void *argument) {
  struct rlimit limit = {77, 99};
  setrlimit(RLIMIT_NOFILE, &limit);
  return NULL;
}
static void show_limit(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  printf("%d %d\n", (int)limit.rlim_cur, (int)limit.rlim_max);
}

int main(int argc, char **argv) {
  if (argc > 1) {
    show_limit();
    SHOW(getpriority(PRIO_PROCESS, 0));
    return 0;
  }
  pthread_t other;
  pthread_create(&other, NULL, thread, NULL);
  pthread_join(other, NULL);
  show_limit();
  IN_CHILD("child", {
    show_limit();
    struct rlimit limit = {5, 9};
    setrlimit(RLIMIT_NOFILE, &limit);
    show_limit();
  });
  show_limit();
  setpriority(PRIO_PROCESS, 0, 0);
  SHOW(nice(3));
  SHOW(nice(0));
  IN_CHILD("exec", execl("/proc/self/exe", "x", "again", NULL));
  SHOW(setpriority(PRIO_PROCESS, 0, 50));
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(getpriority(9, 0));
  SHOW(getpriority(PRIO_PROCESS, 1 << 22));
  SHOW(setpriority(PRIO_PROCESS, 1 << 22, 0));
  return 0;
}
