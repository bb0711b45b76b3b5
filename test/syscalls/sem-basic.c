// semget, semop, semctl: values, all or nothing, who was last.
#include "ipc.h"

int main(void) {
  int id = semget(IPC_PRIVATE, 3, 0600);
  SHOW_TRUE(id >= 0);
  for (int i = 0; i < 3; i++) SHOW(semctl(id, i, GETVAL));
  SHOW(sem(id, 0, 5, 0));
  SHOW(sem(id, 0, -2, 0));
  SHOW(semctl(id, 0, GETVAL));
  SHOW(semctl(id, 1, SETVAL, 7));
  SHOW(semctl(id, 1, GETVAL));
  // All or nothing.
  struct sembuf both[] = {{0, -1, 0}, {2, -1, IPC_NOWAIT}};
  SHOW(semop(id, both, 2));
  SHOW(semctl(id, 0, GETVAL));
  both[1].sem_op = 1;
  SHOW(semop(id, both, 2));
  SHOW(semctl(id, 0, GETVAL));
  SHOW(semctl(id, 2, GETVAL));
  // The same semaphore twice in one call.
  struct sembuf twice[] = {{2, -1, IPC_NOWAIT}, {2, 0, IPC_NOWAIT}, {2, 4, 0}};
  SHOW(semop(id, twice, 3));
  SHOW(semctl(id, 2, GETVAL));
  SHOW(sem(id, 2, 0, IPC_NOWAIT));
  SHOW(semctl(id, 2, SETVAL, 0));
  SHOW(sem(id, 2, 0, IPC_NOWAIT));
  unsigned short values[3] = {};
  SHOW(semctl(id, 0, GETALL, values));
  printf("%d %d %d\n", values[0], values[1], values[2]);
  values[0] = 11, values[1] = 12, values[2] = 13;
  SHOW(semctl(id, 0, SETALL, values));
  SHOW(semctl(id, 2, GETVAL));
  SHOW_TRUE(semctl(id, 0, GETPID) == getpid());
  pid_t child = fork();
  if (child == 0) _exit(sem(id, 1, 1, 0) ? 1 : 0);
  show_end("child", child);
  SHOW_TRUE(semctl(id, 1, GETPID) == child);
  struct semid_ds status;
  SHOW(semctl(id, 0, IPC_STAT, &status));
  printf("%o %ld owner %d otime %d ctime %d\n", status.sem_perm.mode, status.sem_nsems, status.sem_perm.uid == geteuid(),
         status.sem_otime != 0, status.sem_ctime != 0);
  status.sem_perm.mode = 0640;
  SHOW(semctl(id, 0, IPC_SET, &status));
  SHOW(semctl(id, 0, IPC_STAT, &status));
  printf("%o\n", status.sem_perm.mode);
  SHOW(semctl(id, 0, IPC_RMID));
  SHOW(semctl(id, 0, GETVAL));
  return 0;
}
