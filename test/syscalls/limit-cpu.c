// RLIMIT_CPU: SIGXCPU at the soft limit. setrlimit's and prlimit's refusals.
#include "report.h"

static void burn(void) {
  for (volatile unsigned i = 0;; i++) {
  }
}

int main(void) {
  IN_CHILD("by default", {
    struct rlimit limit = {1, 5};
    struct rlimit none = {};
    setrlimit(RLIMIT_CORE, &none);
    SHOW(setrlimit(RLIMIT_CPU, &limit));
    burn();
  });
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
  if (child == 0)
    for (;;) pause();
  struct rlimit files = {33, 44};
  SHOW(prlimit(child, RLIMIT_NOFILE, &files, NULL));
  SHOW(prlimit(child, RLIMIT_NOFILE, NULL, &old));
  printf("%d %d\n", (int)old.rlim_cur, (int)old.rlim_max);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
  return 0;
}
