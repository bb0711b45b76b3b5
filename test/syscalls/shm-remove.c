// A removed segment lives until nobody has it: its key is free, its id is good for shmat.
#include "ipc.h"

int main(void) {
  key_t key = own_key();
  int id = shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600);
  char *one = shmat(id, NULL, 0);
  strcpy(one, "still here");
  SHOW(shmctl(id, IPC_RMID, NULL));
  printf("%s\n", one);
  SHOW(shmget(key, 100, 0600));
  struct shmid_ds status;
  SHOW(shmctl(id, IPC_STAT, &status));
  printf("%o key %d, %lu attached\n", status.shm_perm.mode, status.shm_perm.__key, status.shm_nattch);
  char *two = shmat(id, NULL, 0);
  printf("%s\n", two == (char *)-1 ? "refused" : two);
  SHOW(shmctl(id, IPC_RMID, NULL));
  SHOW(shmdt(one));
  SHOW(shmctl(id, IPC_STAT, &status));
  IN_CHILD("child", {
    printf("%s\n", two);
    SHOW(shmctl(id, IPC_STAT, &status));
    printf("%lu attached\n", status.shm_nattch);
  });
  SHOW(shmdt(two));
  SHOW(shmctl(id, IPC_STAT, &status));
  SHOW((long)shmat(id, NULL, 0));
  int other = shmget(key, 200, IPC_CREAT | IPC_EXCL | 0600);
  SHOW_TRUE(other != id && other >= 0);
  SHOW(shmctl(other, IPC_RMID, NULL));
  // The end of the last process that has it is as good as shmdt.
  id = shmget(IPC_PRIVATE, 100, 0600);
  IN_CHILD("the only one", {
    shmat(id, NULL, 0);
    SHOW(shmctl(id, IPC_RMID, NULL));
    SHOW(shmctl(id, IPC_STAT, &status));
  });
  SHOW(shmctl(id, IPC_STAT, &status));
  return 0;
}
