// The calls with 64-bit times: clock_gettime64, clock_nanosleep_time64, timer_settime64, futex_time64.
#include "report.h"
#include <time.h>

struct time64 {
  long long sec, nsec;
};

int main(void) {
  struct time64 now, later, resolution;
  memset(&now, 0x55, sizeof now);
  SHOW(syscall(403, CLOCK_MONOTONIC, &now));
  SHOW_TRUE(now.nsec >= 0 && now.nsec < 1000000000);
  SHOW(syscall(407, CLOCK_MONOTONIC, 0, &(struct time64){0, 10000000}, NULL));
  // The upper half of the nanoseconds is padding.
  SHOW(syscall(407, CLOCK_MONOTONIC, 0, &(struct time64){0, 0x100000000LL}, NULL));
  SHOW(syscall(407, CLOCK_MONOTONIC, 0, &(struct time64){0, 1000000000}, NULL));
  SHOW(syscall(403, CLOCK_MONOTONIC, &later));
  SHOW_TRUE(later.sec > now.sec || later.nsec - now.nsec >= 10000000);
  SHOW(syscall(406, CLOCK_REALTIME, &resolution));
  printf("resolution %lld %lld\n", resolution.sec, resolution.nsec);
  int id;
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &id));
  struct {
    struct time64 interval, value;
  } set = {{0, 0}, {4000000000LL, 5}}, got;
  SHOW(syscall(409, id, 0, &set, NULL));
  SHOW(syscall(408, id, &got));
  SHOW_TRUE(got.value.sec == 3999999999LL || got.value.sec == 4000000000LL);
  int word = 0;
  SHOW(syscall(422, &word, 0, 0, &(struct time64){0, 5000000}, NULL, 0));
  SHOW(syscall(421, &(sigset_t){0}, NULL, &(struct time64){0, 1000000}, 8));
}
