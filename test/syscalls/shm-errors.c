// What shmget, shmat and shmdt refuse, addresses that are asked for, SHM_RND and SHM_REMAP.
#include "ipc.h"

int main(void) {
  key_t key = own_key();
  SHOW(shmget(key, 10, 0600));
  SHOW(shmget(key, 0, IPC_CREAT | 0600));
  int id = shmget(key, 2 * PAGE, IPC_CREAT | 0600);
  SHOW_TRUE(shmget(key, 0, 0) == id);
  SHOW_TRUE(shmget(key, PAGE, 0600) == id);
  SHOW(shmget(key, 2 * PAGE + 1, 0600));
  SHOW(shmget(key, 10, IPC_CREAT | IPC_EXCL | 0600));
  SHOW((long)shmat(-1, NULL, 0));
  SHOW((long)shmat(0x7fffffff, NULL, 0));
  char *room = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(room, 4 * PAGE);
  SHOW((long)shmat(id, room + 1, 0));
  SHOW(shmat(id, room + 1, SHM_RND) == room ? 0 : -2);
  SHOW((long)shmat(id, room, 0));
  SHOW((long)shmat(id, room + PAGE, 0));
  SHOW(shmat(id, room + PAGE, SHM_REMAP) == room + PAGE ? 0 : -2);
  SHOW((long)shmat(id, NULL, SHM_REMAP));
  SHOW((long)shmat(id, (void *)0xfffff000, 0));
  SHOW(shmdt(room + PAGE));
  SHOW(shmdt(room));
  SHOW(shmdt(room));
  SHOW(shmdt(NULL));
  SHOW(shmctl(id, 99, NULL));
  SHOW(syscall(396, id, IPC_STAT, 8));
  SHOW(shmctl(-1, IPC_STAT, NULL));
  SHOW(shmctl(id, SHM_LOCK, NULL));
  struct shmid_ds status;
  shmctl(id, IPC_STAT, &status);
  printf("%o\n", status.shm_perm.mode);
  SHOW(shmctl(id, SHM_UNLOCK, NULL));
  SHOW(shmctl(id, IPC_RMID, NULL));
  return 0;
}
