// futex_waitv: several words at once, which one woke, timeouts, refusals.
#include "report.h"
#include <linux/futex.h>
#include <time.h>

static unsigned *words;
static struct futex_waitv wanted[129];
static long wait_any(unsigned count, struct timespec *unused, int flags) {
  long long time[2] = {0, 0};
  return syscall(SYS_futex_waitv, wanted, count, flags, unused ? time : NULL, CLOCK_MONOTONIC);
}

int main(void) {
  words = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < 129; i++) wanted[i] = (struct futex_waitv){0, (uintptr_t)(words + i % 4), FUTEX_32, 0};
  struct timespec timed;
  SHOW(wait_any(3, &timed, 0));
  words[2] = 1;
  SHOW(wait_any(3, NULL, 0));
  words[2] = 0;
  SHOW(wait_any(0, NULL, 0));
  SHOW(wait_any(129, NULL, 0));
  SHOW(wait_any(3, NULL, 1));
  wanted[1].flags = 0;
  SHOW(wait_any(3, NULL, 0));
  wanted[1].flags = FUTEX_32;
  wanted[1].__reserved = 1;
  SHOW(wait_any(3, NULL, 0));
  wanted[1].__reserved = 0;
  wanted[1].uaddr += 1;
  SHOW(wait_any(3, NULL, 0));
  wanted[1].uaddr -= 1;
  for (int target = 0; target < 3; target++) {
    pid_t child = fork();
    if (child == 0) {
      while (syscall(SYS_futex, words + target, FUTEX_WAKE, 1, NULL, NULL, 0) == 0) usleep(1000);
      _exit(0);
    }
    SHOW(wait_any(3, NULL, 0));
    show_end("waker", child);
  }
  SHOW(syscall(SYS_futex, words, FUTEX_WAKE, 10, NULL, NULL, 0));
  return 0;
}
