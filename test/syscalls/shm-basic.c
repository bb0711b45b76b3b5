// Shared memory of System V: attaching, sharing with children, sizes, detaching, what shmctl tells.
#include "ipc.h"

static int attached(int id) {
  struct shmid_ds status;
  return shmctl(id, IPC_STAT, &status) ? -1 : (int)status.shm_nattch;
}

int main(int argc, char **argv) {
  if (argc > 1) return 3;
  int id = shmget(IPC_PRIVATE, 3 * PAGE + 5, 0600);
  SHOW_TRUE(id >= 0);
  struct shmid_ds status;
  SHOW(shmctl(id, IPC_STAT, &status));
  printf("%o %zu bytes, %lu attached, maker %d last %d\n", status.shm_perm.mode, status.shm_segsz, status.shm_nattch,
         status.shm_cpid == getpid(), status.shm_lpid);
  char *one = shmat(id, NULL, 0);
  SHOW_TRUE(one != (char *)-1);
  SHOW_TRUE(one[0] == 0 && one[3 * PAGE + 4095] == 0);
  strcpy(one, "hello");
  char *two = shmat(id, NULL, SHM_RDONLY);
  SHOW_TRUE(two != one);
  printf("%s\n", two);
  SHOW(attached(id));
  IN_CHILD("child", {
    SHOW(attached(id));
    strcpy(one, "child");
    SHOW(shmdt(one));
    SHOW(attached(id));
  });
  printf("%s\n", two);
  SHOW(attached(id));
  IN_CHILD("exec detaches", {
    execl("/proc/self/exe", "x", "stop", NULL);
  });
  IN_CHILD("write to a read-only one", two[0] = 1);
  SHOW(mprotect(two, PAGE, PROT_READ | PROT_WRITE));
  SHOW(shmdt(two));
  SHOW(shmdt(two));
  SHOW(shmdt(one + 1));
  SHOW(shmdt(one + PAGE));
  SHOW(attached(id));
  // In pieces it is still one attachment to shmdt, and several areas.
  SHOW(mprotect(one + PAGE, PAGE, PROT_READ));
  SHOW(attached(id));
  SHOW(munmap(one + 2 * PAGE, PAGE));
  SHOW(attached(id));
  SHOW(shmdt(one));
  SHOW(attached(id));
  SHOW(shmctl(id, IPC_STAT, &status));
  printf("atime %d dtime %d last %d\n", status.shm_atime != 0, status.shm_dtime != 0, status.shm_lpid == getpid());
  status.shm_perm.mode = 0400;
  SHOW(shmctl(id, IPC_SET, &status));
  SHOW(shmctl(id, IPC_STAT, &status));
  printf("%o\n", status.shm_perm.mode);
  SHOW(shmctl(id, IPC_RMID, NULL));
  SHOW(shmctl(id, IPC_STAT, &status));
  return 0;
}
