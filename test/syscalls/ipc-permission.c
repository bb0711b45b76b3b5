// needs: root
// Who may do what with objects of System V IPC: owner, group, others, the maker, root.
#include "ipc.h"
#include <grp.h>

static int set, queue, segment;
static void attempts(void) {
  struct {
    long type;
    char byte;
  } message = {1};
  SHOW(semctl(set, 0, GETVAL));
  SHOW(sem(set, 0, 1, 0));
  SHOW(sem(set, 0, 0, IPC_NOWAIT));
  SHOW(msgsnd(queue, &message, 1, IPC_NOWAIT));
  SHOW(msgrcv(queue, &message, 1, 0, IPC_NOWAIT));
  SHOW_OK((long)shmat(segment, NULL, 0));
  SHOW_OK((long)shmat(segment, NULL, SHM_RDONLY));
  struct shmid_ds status;
  SHOW(shmctl(segment, IPC_STAT, &status));
  SHOW_OK(semget(own_key(), 1, 0));
  status.shm_perm.mode = 0;
  SHOW(shmctl(segment, IPC_RMID, NULL));
}
static void as(const char *label, uid_t uid, gid_t gid, int mode) {
  set = semget(IPC_PRIVATE, 1, mode);
  queue = msgget(IPC_PRIVATE, mode);
  segment = shmget(IPC_PRIVATE, 1, mode);
  struct semid_ds s;
  struct msqid_ds q;
  struct shmid_ds m;
  semctl(set, 0, IPC_STAT, &s), msgctl(queue, IPC_STAT, &q), shmctl(segment, IPC_STAT, &m);
  s.sem_perm.uid = q.msg_perm.uid = m.shm_perm.uid = 1000;
  s.sem_perm.gid = q.msg_perm.gid = m.shm_perm.gid = 2000;
  SHOW(semctl(set, 0, IPC_SET, &s)), SHOW(msgctl(queue, IPC_SET, &q)), SHOW(shmctl(segment, IPC_SET, &m));
  IN_CHILD(label, {
    if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid)) die("setresuid");
    attempts();
  });
  semctl(set, 0, IPC_RMID), msgctl(queue, IPC_RMID, NULL), shmctl(segment, IPC_RMID, NULL);
}

int main(void) {
  as("owner", 1000, 1, 0600);
  as("group", 1001, 2000, 0640);
  as("other", 1001, 1, 0642);
  as("nobody", 1001, 1, 0660);
  as("root", 0, 0, 0);
  as("owner without any bit", 1000, 2000, 0077);
  return 0;
}
