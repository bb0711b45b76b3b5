// The calls of System V IPC by their own numbers (393 and on), and the old structures of ipc(2) without IPC_64.
#include "ipc.h"

static int old_ipc(int call, int first, int second, int third, void *va, long fifth) {
  return syscall(SYS_ipc, call, first, second, third, va, fifth);
}
struct old_perm {
  int key;
  unsigned short uid, gid, cuid, cgid, mode, seq;
};

int main(void) {
  int set = syscall(393, IPC_PRIVATE, 2, 0600);
  SHOW_TRUE(set >= 0);
  SHOW(syscall(394, set, 0, SETVAL, 4));
  SHOW(syscall(394, set, 0, GETVAL, 0));
  struct sembuf operation = {0, -4, 0};
  struct {
    long long seconds, nanoseconds;
  } time = {0, 1000000};
  SHOW(syscall(420, set, &operation, 1, &time));
  SHOW(syscall(420, set, &operation, 1, &time));
  struct semid_ds status;
  SHOW(syscall(394, set, 0, IPC_STAT, &status));
  printf("%o %ld\n", status.sem_perm.mode, status.sem_nsems);
  struct {
    struct old_perm perm;
    int otime, ctime, pointers[4];
    unsigned short nsems;
  } old = {};
  void *pointer = &old;
  SHOW(old_ipc(3, set, 0, IPC_STAT, &pointer, 0));
  printf("%o %d\n", old.perm.mode, old.nsems);
  SHOW(old_ipc(3, set, 0, IPC_STAT, NULL, 0));
  SHOW(old_ipc(99, 0, 0, 0, NULL, 0));

  int queue = syscall(399, IPC_PRIVATE, 0600);
  struct {
    long type;
    char text[8];
  } message = {3, "hello"};
  SHOW(syscall(400, queue, &message, 5, 0));
  SHOW(syscall(401, queue, &message, 8, 0, 0));
  SHOW(syscall(400, queue, &message, 5, 0));
  // Version 0 of MSGRCV: pointer and type lie in memory.
  struct {
    void *message;
    long type;
  } kludge = {&message, 3};
  SHOW(old_ipc(12, queue, 8, 0, &kludge, 0));
  SHOW(old_ipc(12, queue, 8, 0, NULL, 0));
  struct {
    struct old_perm perm;
    int first, last, stime, rtime, ctime, lcbytes, lqbytes;
    unsigned short cbytes, qnum, qbytes, lspid, lrpid;
  } old_queue = {};
  SHOW(old_ipc(14, queue, IPC_STAT, 0, &old_queue, 0));
  printf("%o %d %d\n", old_queue.perm.mode, old_queue.qnum, old_queue.qbytes);
  SHOW(syscall(402, queue, IPC_RMID, NULL));

  int segment = syscall(395, IPC_PRIVATE, 5000, 0600);
  char *at = (char *)syscall(397, segment, NULL, 0);
  strcpy(at, "shared");
  unsigned long where = 0;
  SHOW(old_ipc(21, segment, 0, (int)&where, NULL, 0));
  printf("%s\n", (char *)where);
  SHOW(old_ipc(0x10000 | 21, segment, 0, (int)&where, NULL, 0));
  struct {
    struct old_perm perm;
    int size, atime, dtime, ctime;
    unsigned short cpid, lpid, nattch;
  } old_segment = {};
  SHOW(old_ipc(24, segment, IPC_STAT, 0, &old_segment, 0));
  printf("%o %d %d\n", old_segment.perm.mode, old_segment.size, old_segment.nattch);
  SHOW(syscall(398, at));
  SHOW(old_ipc(22, 0, 0, 0, (void *)where, 0));
  SHOW(syscall(396, segment, IPC_RMID, NULL));
  SHOW(syscall(394, set, 0, IPC_RMID, 0));
  return 0;
}
