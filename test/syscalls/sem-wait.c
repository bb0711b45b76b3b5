// Sleeping in semop: woken by a change, by zero, by removal, by a signal, by the end of time; who waits.
#include "ipc.h"
#include <time.h>

static void on_alarm(int signo) { write(1, "alarm\n", 6); }
static pid_t waiter(const char *label, int id, int number, int change) {
  pid_t child = fork();
  if (child == 0) {
    // What it answers is told when its end is: lines of two processes have no order.
    _exit(sem(id, number, change, 0) ? errno : 0);
  }
  return child;
}
static void until(int id, int number, int command, int count) {
  while (semctl(id, number, command) != count) pause_ms(1);
}

int main(void) {
  int id = semget(IPC_PRIVATE, 2, 0600);
  pid_t first = waiter("first", id, 0, -1);
  until(id, 0, GETNCNT, 1);
  SHOW(semctl(id, 0, GETZCNT));
  SHOW(sem(id, 0, 1, 0));
  show_end("woken by a change", first);
  SHOW(semctl(id, 0, GETVAL));
  SHOW(semctl(id, 0, GETNCNT));

  sem(id, 1, 2, 0);
  pid_t zero = waiter("zero", id, 1, 0);
  until(id, 1, GETZCNT, 1);
  SHOW(sem(id, 1, -1, 0));
  SHOW(semctl(id, 1, GETZCNT));
  SHOW(semctl(id, 1, SETVAL, 0));
  show_end("woken by zero", zero);

  // Two that want one: the second sleeps on.
  pid_t two = waiter("two", id, 0, -2);
  until(id, 0, GETNCNT, 1);
  SHOW(sem(id, 0, 1, 0));
  SHOW(semctl(id, 0, GETNCNT));
  SHOW(sem(id, 0, 1, 0));
  show_end("two", two);
  SHOW(semctl(id, 0, GETVAL));

  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(sem(id, 0, -1, 0));
  SHOW(semctl(id, 0, GETNCNT));

  struct sembuf operation = {0, -1, 0};
  struct timespec soon = {0, 20000000}, never = {-1, 0}, none = {0, 0};
  SHOW(semtimedop(id, &operation, 1, &soon));
  SHOW(semtimedop(id, &operation, 1, &none));
  SHOW(semtimedop(id, &operation, 1, &never));
  SHOW(semctl(id, 0, GETNCNT));

  pid_t removed = waiter("removed", id, 0, -1);
  until(id, 0, GETNCNT, 1);
  SHOW(semctl(id, 0, IPC_RMID));
  show_end("removed", removed);
  return 0;
}
