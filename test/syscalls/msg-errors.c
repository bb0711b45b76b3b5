// What msgget, msgsnd, msgrcv and msgctl refuse.
#include "ipc.h"

int main(void) {
  struct {
    long type;
    char bytes[9000];
  } message = {1};
  key_t key = own_key();
  SHOW(msgget(key, 0600));
  int id = msgget(key, IPC_CREAT | 0600);
  SHOW_TRUE(msgget(key, 0600) == id);
  SHOW(msgget(key, IPC_CREAT | IPC_EXCL));
  message.type = 0;
  SHOW(msgsnd(id, &message, 1, 0));
  message.type = -1;
  SHOW(msgsnd(id, &message, 1, 0));
  message.type = 1;
  SHOW(msgsnd(id, &message, 8193, 0));
  SHOW(msgsnd(id, &message, -1, 0));
  SHOW(msgsnd(id, (void *)8, 1, 0));
  SHOW(msgsnd(-1, &message, 1, 0));
  SHOW(msgsnd(id, &message, 8192, IPC_NOWAIT));
  SHOW(msgsnd(id, &message, 8192, IPC_NOWAIT));
  SHOW(msgsnd(id, &message, 1, IPC_NOWAIT));
  SHOW(msgrcv(id, &message, -1, 0, IPC_NOWAIT));
  SHOW(msgrcv(id, &message, 10, 0, IPC_NOWAIT));
  SHOW(msgrcv(-1, &message, 10, 0, IPC_NOWAIT));
  SHOW(msgrcv(id, &message, 9000, 0, IPC_NOWAIT));
  SHOW(msgrcv(id, (void *)8, 9000, 0, IPC_NOWAIT));
  SHOW(msgrcv(id, &message, 9000, 0, IPC_NOWAIT));
  SHOW(msgctl(id, 77, NULL));
  SHOW(syscall(402, id, IPC_STAT, 8));
  SHOW(msgctl(-1, IPC_RMID, NULL));
  SHOW(msgctl(id, IPC_RMID, NULL));
  SHOW(msgctl(id, IPC_RMID, NULL));
  return 0;
}
