// needs: root
// sched_setattr and sched_getattr, sizes of the structure, flags; ioprio_set and ioprio_get.
#include "report.h"
#include <sched.h>

struct attributes {
  unsigned size, policy;
  unsigned long long flags;
  int nice;
  unsigned priority;
  unsigned long long runtime, deadline, period;
  unsigned util_min, util_max;
  char rest[64];
};
static int set(struct attributes *attributes) { return syscall(SYS_sched_setattr, 0, attributes, 0); }
static void show_attributes(void) {
  struct attributes a = {};
  SHOW(syscall(SYS_sched_getattr, 0, &a, 48, 0));
  printf("size %u policy %u flags %llu nice %d priority %u\n", a.size, a.policy, a.flags, a.nice, a.priority);
}

int main(void) {
  SHOW(sched_setscheduler(0, SCHED_OTHER, &(struct sched_param){0}));
  setpriority(PRIO_PROCESS, 0, 0);
  show_attributes();
  SHOW(set(&(struct attributes){.size = 48, .policy = SCHED_OTHER, .nice = 5}));
  show_attributes();
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(set(&(struct attributes){.size = 48, .policy = SCHED_RR, .priority = 7, .nice = 3}));
  show_attributes();
  SHOW(set(&(struct attributes){.size = 48, .policy = SCHED_FIFO, .flags = 1, .priority = 2}));
  show_attributes();
  SHOW(set(&(struct attributes){.size = 0, .policy = SCHED_OTHER}));
  show_attributes();
  SHOW(set(&(struct attributes){.size = 48, .policy = SCHED_OTHER, .flags = 1 << 20}));
  SHOW(set(&(struct attributes){.size = 48, .policy = SCHED_OTHER, .priority = 1}));
  SHOW(set(&(struct attributes){.size = 48, .policy = 77}));
  struct attributes small = {.size = 40};
  SHOW(set(&small));
  SHOW_TRUE(small.size >= 48);
  struct attributes large = {.size = 80, .policy = SCHED_OTHER};
  SHOW(set(&large));
  large.rest[10] = 1;
  SHOW(set(&large));
  SHOW(syscall(SYS_sched_setattr, 0, NULL, 0));
  SHOW(syscall(SYS_sched_setattr, 0, &large, 1));
  SHOW(syscall(SYS_sched_setattr, -1, &large, 0));
  SHOW(syscall(SYS_sched_getattr, 0, &large, 40, 0));
  SHOW(syscall(SYS_sched_getattr, 0, &large, 48, 1));
  SHOW(syscall(SYS_sched_getattr, 0, NULL, 48, 0));
  SHOW(syscall(SYS_sched_getattr, 1 << 22, &large, 48, 0));

  setpriority(PRIO_PROCESS, 0, 0);
  printf("%#lx\n", syscall(SYS_ioprio_get, 1, 0));
  setpriority(PRIO_PROCESS, 0, 10);
  printf("%#lx\n", syscall(SYS_ioprio_get, 1, 0));
  SHOW(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 1));
  printf("%#lx\n", syscall(SYS_ioprio_get, 1, 0));
  SHOW(syscall(SYS_ioprio_set, 1, 0, 3 << 13));
  printf("%#lx\n", syscall(SYS_ioprio_get, 1, getpid()));
  IN_CHILD("inherits", printf("%#lx\n", syscall(SYS_ioprio_get, 1, 0)));
  SHOW(syscall(SYS_ioprio_set, 1, 0, 0));
  SHOW(syscall(SYS_ioprio_set, 1, 0, 1));
  SHOW(syscall(SYS_ioprio_set, 1, 0, 4 << 13));
  SHOW(syscall(SYS_ioprio_set, 9, 0, 0));
  SHOW(syscall(SYS_ioprio_get, 9, 0));
  SHOW(syscall(SYS_ioprio_get, 1, 1 << 22));
  return 0;
}
