// SEM_UNDO: what an ended process changed is taken back; SETVAL forgets it; threads and children.
#include "ipc.h"
#include <pthread.h>

static int id;
static void *thread(void *argument) {
  sem(id, 0, 1, SEM_UNDO);
  return NULL;
}

int main(void) {
  id = semget(IPC_PRIVATE, 2, 0600);
  semctl(id, 0, SETVAL, 5);
  IN_CHILD("took 3", {
    SHOW(sem(id, 0, -3, SEM_UNDO));
    SHOW(semctl(id, 0, GETVAL));
  });
  SHOW(semctl(id, 0, GETVAL));
  IN_CHILD("gave 3 that are gone", {
    SHOW(sem(id, 0, 3, SEM_UNDO));
    SHOW(sem(id, 0, -7, 0));
  });
  SHOW(semctl(id, 0, GETVAL));
  semctl(id, 0, SETVAL, 5);
  IN_CHILD("killed", {
    sem(id, 0, -2, SEM_UNDO);
    raise(SIGKILL);
  });
  SHOW(semctl(id, 0, GETVAL));
  IN_CHILD("balanced", {
    sem(id, 0, -2, SEM_UNDO);
    sem(id, 0, 2, SEM_UNDO);
  });
  SHOW(semctl(id, 0, GETVAL));
  IN_CHILD("SETVAL", {
    sem(id, 0, -2, SEM_UNDO);
    semctl(id, 0, SETVAL, 9);
  });
  SHOW(semctl(id, 0, GETVAL));
  IN_CHILD("a grandchild has none of it", {
    sem(id, 0, -2, SEM_UNDO);
    IN_CHILD("grandchild", {});
    SHOW(semctl(id, 0, GETVAL));
  });
  SHOW(semctl(id, 0, GETVAL));
  IN_CHILD("execve keeps it", {
    sem(id, 0, -2, SEM_UNDO);
    execl("/nowhere", "nowhere", NULL);
    SHOW(semctl(id, 0, GETVAL));
  });
  SHOW(semctl(id, 0, GETVAL));
  IN_CHILD("threads share it", {
    pthread_t other;
    pthread_create(&other, NULL, thread, NULL);
    pthread_join(other, NULL);
    SHOW(semctl(id, 0, GETVAL));
  });
  SHOW(semctl(id, 0, GETVAL));
  // A waiter is woken by what is taken back.
  semctl(id, 1, SETVAL, 1);
  pid_t holder = fork();
  if (holder == 0) {
    sem(id, 1, -1, SEM_UNDO);
    while (semctl(id, 1, GETNCNT) != 1) pause_ms(1);
    _exit(0);
  }
  while (semctl(id, 1, GETVAL) != 0) pause_ms(1);
  SHOW(sem(id, 1, -1, 0));
  show_end("holder", holder);
  semctl(id, 0, IPC_RMID);
  return 0;
}
