// The scheduler's calls: policies, ranges, priorities, refused arguments.
#include "report.h"
#include <sched.h>

int main(void) {
  struct sched_param param = {.sched_priority = 7};
  SHOW(sched_yield());
  SHOW(sched_getscheduler(0));
  SHOW(sched_getscheduler(-1));
  SHOW(sched_getscheduler(99999));
  SHOW(sched_getparam(0, &param));
  SHOW(param.sched_priority);
  SHOW(sched_getparam(0, NULL));
  for (int policy = -1; policy <= 6; policy++)
    printf("policy %d: %d to %d\n", policy, sched_get_priority_min(policy), sched_get_priority_max(policy));
  param.sched_priority = 1;
  SHOW(sched_setscheduler(0, SCHED_OTHER, &param));
  param.sched_priority = 0;
  SHOW(sched_setscheduler(0, SCHED_BATCH, &param));
  SHOW(sched_getscheduler(0));
  SHOW(sched_setscheduler(0, SCHED_OTHER, &param));
  SHOW(sched_setscheduler(0, 99, &param));
  SHOW(sched_setscheduler(0, SCHED_FIFO, &param));
  SHOW(sched_setparam(0, &param));
  cpu_set_t set;
  CPU_ZERO(&set);
  SHOW_TRUE(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0);
  SHOW(syscall(SYS_sched_getaffinity, 0, 1, &set));
  SHOW(syscall(SYS_sched_getaffinity, 0, 0, &set));
  CPU_ZERO(&set);
  CPU_SET(0, &set);
  SHOW(sched_setaffinity(0, sizeof set, &set));
  CPU_ZERO(&set);
  SHOW(sched_getaffinity(0, sizeof set, &set));
  SHOW(CPU_COUNT(&set));
  SHOW(CPU_ISSET(0, &set) ? 1 : 0);
  CPU_ZERO(&set);
  SHOW(sched_setaffinity(0, sizeof set, &set));
  SHOW(sched_getcpu());
  errno = 0;
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(setpriority(PRIO_PROCESS, 0, 3));
  SHOW(getpriority(PRIO_PROCESS, 0));
  SHOW(syscall(SYS_getpriority, PRIO_PROCESS, 0));
  SHOW(nice(4));
  SHOW(nice(100));
  SHOW(getpriority(PRIO_PROCESS, getpid()));
  SHOW(getpriority(3, 0));
  SHOW(getpriority(PRIO_PROCESS, 99999));
  IN_CHILD("child", SHOW(getpriority(PRIO_PROCESS, 0)));
  return 0;
}
