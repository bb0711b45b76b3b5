// mlock, mlock2, mlockall, munlock: limits, holes, what status tells, forks.
#include "report.h"

static long locked(void) {
  char line[128];
  long kib = -1;
  FILE *status = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof line, status)) sscanf(line, "VmLck: %ld", &kib);
  fclose(status);
  return kib;
}

int main(void) {
  char *memory = pages(8, PROT_READ | PROT_WRITE);
  if (geteuid() == 0 && (setgid(65534) || setuid(65534))) die("setuid");
  struct rlimit limit = {4 * PAGE, 4 * PAGE};
  SHOW(setrlimit(RLIMIT_MEMLOCK, &limit));
  SHOW(mlock(memory, 2 * PAGE)), SHOW(locked());
  SHOW(mlock(memory + 1, PAGE)), SHOW(locked());
  SHOW(mlock(memory + 4 * PAGE, 3 * PAGE)), SHOW(locked());
  SHOW(mlock2(memory + 4 * PAGE, PAGE, MLOCK_ONFAULT)), SHOW(locked());
  SHOW(mlock2(memory, PAGE, 8));
  SHOW(munlock(memory + PAGE, PAGE)), SHOW(locked());
  IN_CHILD("child", SHOW(locked()));
  SHOW(munmap(memory, PAGE)), SHOW(locked());
  SHOW(mlock(memory, 2 * PAGE));
  SHOW(munlock(memory, PAGE));
  SHOW(mlockall(0)), SHOW(mlockall(8)), SHOW(mlockall(MCL_ONFAULT)), SHOW(mlockall(MCL_CURRENT));
  SHOW(mlockall(MCL_FUTURE));
  SHOW_OK((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  SHOW_OK((long)mmap(NULL, 16 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  SHOW(munlockall()), SHOW(locked());
  SHOW_OK((long)mmap(NULL, 16 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0));
  SHOW(mlock((void *)0xfffff000, 2 * PAGE));
  return 0;
}
