// What semget, semop and semctl refuse.
#include "ipc.h"

int main(void) {
  key_t key = own_key();
  SHOW(semget(key, 1, 0600));
  SHOW(semget(IPC_PRIVATE, 0, 0600));
  SHOW(semget(IPC_PRIVATE, -1, 0600));
  SHOW(semget(IPC_PRIVATE, 1 << 20, 0600));
  int id = semget(key, 2, IPC_CREAT | 0600);
  SHOW_TRUE(id >= 0);
  SHOW_TRUE(semget(key, 2, 0600) == id);
  SHOW_TRUE(semget(key, 0, 0) == id);
  SHOW(semget(key, 3, 0));
  SHOW(semget(key, 2, IPC_CREAT | IPC_EXCL | 0600));
  SHOW(sem(id, 2, 1, 0));
  SHOW(sem(id, 0, -1, IPC_NOWAIT));
  SHOW(sem(id, 0, 32767, 0));
  SHOW(sem(id, 0, 1, 0));
  SHOW(sem(-1, 0, 1, 0));
  SHOW(sem(0x7fffffff, 0, 1, 0));
  struct sembuf operation = {0, -1, 0};
  SHOW(semop(id, &operation, 0));
  SHOW(semop(id, (struct sembuf *)8, 1));
  static struct sembuf many[501];
  SHOW(semop(id, many, 501));
  SHOW(semctl(id, 0, SETVAL, 32768));
  SHOW(semctl(id, 0, SETVAL, -1));
  SHOW(semctl(id, 2, SETVAL, 1));
  SHOW(semctl(id, 2, GETVAL));
  SHOW(semctl(id, -1, GETVAL));
  SHOW(semctl(id, 0, 99));
  SHOW(semctl(id, 0, GETALL, (unsigned short *)8));
  unsigned short values[2] = {1, 40000};
  SHOW(semctl(id, 0, SETALL, values));
  SHOW(semctl(id, 0, GETVAL));
  SHOW(semctl(-1, 0, IPC_RMID));
  SHOW(semctl(id, 0, IPC_RMID));
  SHOW(semctl(id, 0, IPC_RMID));
  SHOW(sem(id, 0, 1, 0));
  return 0;
}
