// FUTEX_LOCK_PI: the word with its owner, handing over, who may unlock, timeouts, signals, dead owners.
#include "report.h"
#include <linux/futex.h>
#include <pthread.h>
#include <time.h>

static unsigned *word;
static long op(int operation, struct timespec *time) { return syscall(SYS_futex, word, operation, 0, time, NULL, 0); }
static void show_word(void) {
  unsigned tid = *word & FUTEX_TID_MASK;
  printf("word: %s%s%s\n", tid == 0 ? "nobody" : tid == (unsigned)gettid() ? "me" : "another",
         *word & FUTEX_WAITERS ? ", waited for" : "", *word & FUTEX_OWNER_DIED ? ", owner died" : "");
}
static void on_alarm(int signo) { write(1, "alarm\n", 6); }
static void until_waited_for(void) {
  while (!(*(volatile unsigned *)word & FUTEX_WAITERS)) usleep(1000);
}

int main(void) {
  word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  SHOW(op(FUTEX_LOCK_PI, NULL));
  show_word();
  SHOW(op(FUTEX_LOCK_PI, NULL));
  SHOW(op(FUTEX_TRYLOCK_PI, NULL));
  pid_t child = fork();
  if (child == 0) {
    SHOW(op(FUTEX_TRYLOCK_PI, NULL));
    SHOW(op(FUTEX_UNLOCK_PI, NULL));
    struct timespec past = {1, 0};
    SHOW(op(FUTEX_LOCK_PI, &past));
    SHOW(op(FUTEX_LOCK_PI2, &past));
    _exit(0);
  }
  show_end("not mine", child);
  child = fork();
  if (child == 0) {
    long result = op(FUTEX_LOCK_PI, NULL);
    _exit(result == 0 && (*word & FUTEX_TID_MASK) == (unsigned)gettid() ? 5 : 6); // dies with the lock
  }
  *word &= FUTEX_TID_MASK;
  until_waited_for();
  SHOW(op(FUTEX_UNLOCK_PI, NULL));
  show_end("handed over", child);
  SHOW_TRUE((*word & FUTEX_TID_MASK) == (unsigned)child);
  SHOW(op(FUTEX_LOCK_PI, NULL));
  *word = 0;

  // The owner ends while somebody waits: who gets it is told so.
  int ready[2];
  pipe(ready);
  pid_t owner = fork();
  if (owner == 0) {
    op(FUTEX_LOCK_PI, NULL);
    write(ready[1], "r", 1);
    until_waited_for();
    usleep(20000);
    _exit(0);
  }
  char byte;
  read(ready[0], &byte, 1);
  SHOW(op(FUTEX_LOCK_PI, NULL));
  show_word();
  show_end("owner", owner);
  SHOW(op(FUTEX_UNLOCK_PI, NULL));
  show_word();

  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  owner = fork();
  if (owner == 0) {
    op(FUTEX_LOCK_PI, NULL);
    write(ready[1], "r", 1);
    usleep(80000);
    SHOW(op(FUTEX_UNLOCK_PI, NULL));
    _exit(0);
  }
  read(ready[0], &byte, 1);
  ualarm(20000, 0);
  long result = op(FUTEX_LOCK_PI, NULL);
  show_end("owner", owner);
  SHOW(result);
  show_word();
  SHOW(op(FUTEX_UNLOCK_PI, NULL));
  *word = 1 << 22;
  SHOW(op(FUTEX_LOCK_PI, NULL));
  return 0;
}
