// needs: root
// Scheduling policies and priorities: setting, refusing, SCHED_RESET_ON_FORK, what a user may.
#include "report.h"
#include <sched.h>

static int set(int policy, int priority) {
  struct sched_param parameter = {priority};
  return sched_setscheduler(0, policy, &parameter);
}
static int priority(void) {
  struct sched_param parameter;
  return sched_getparam(0, &parameter) ? -1 : parameter.sched_priority;
}

int main(void) {
  SHOW(set(SCHED_OTHER, 0));
  SHOW(sched_getscheduler(0));
  SHOW(set(SCHED_OTHER, 1));
  SHOW(set(SCHED_FIFO, 0));
  SHOW(set(SCHED_FIFO, 100));
  SHOW(set(SCHED_BATCH, 0));
  SHOW(sched_getscheduler(0));
  SHOW(set(SCHED_IDLE, 0));
  SHOW(sched_getscheduler(0));
  SHOW(set(SCHED_OTHER, 0));
  SHOW(set(9, 0));
  SHOW(set(-1, 0));
  SHOW(sched_setscheduler(0, SCHED_OTHER, NULL));
  SHOW(sched_setscheduler(-1, SCHED_OTHER, &(struct sched_param){0}));
  SHOW(sched_setscheduler(1 << 22, SCHED_OTHER, &(struct sched_param){0}));
  SHOW(sched_getscheduler(-1));
  SHOW(sched_getscheduler(1 << 22));
  SHOW(sched_getparam(0, NULL));
  IN_CHILD("round robin", {
    SHOW(set(SCHED_RR, 3));
    SHOW(sched_getscheduler(0));
    SHOW(priority());
    struct sched_param parameter = {5};
    SHOW(sched_setparam(0, &parameter));
    SHOW(priority());
    parameter.sched_priority = 0;
    SHOW(sched_setparam(0, &parameter));
    struct timespec slice;
    SHOW(sched_rr_get_interval(0, &slice));
    printf("%ld.%09ld\n", (long)slice.tv_sec, slice.tv_nsec);
    SHOW(set(SCHED_FIFO, 3));
    SHOW(sched_rr_get_interval(0, &slice));
    printf("%ld.%09ld\n", (long)slice.tv_sec, slice.tv_nsec);
    IN_CHILD("inherits", {
      SHOW(sched_getscheduler(0));
      SHOW(priority());
    });
    SHOW(set(SCHED_FIFO | SCHED_RESET_ON_FORK, 3));
    SHOW(sched_getscheduler(0));
    IN_CHILD("is reset", {
      SHOW(sched_getscheduler(0));
      SHOW(priority());
    });
  });
  IN_CHILD("a user", {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_RTPRIO, &none);
    if (setuid(1000)) die("setuid");
    SHOW(set(SCHED_FIFO, 1));
    SHOW(set(SCHED_BATCH, 0));
    SHOW(set(SCHED_IDLE, 0));
    SHOW(set(SCHED_OTHER | SCHED_RESET_ON_FORK, 0));
    SHOW(set(SCHED_OTHER, 0));
  });
  return 0;
}
