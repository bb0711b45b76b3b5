// Messages of System V: order, types, sizes, what msgctl tells.
#include "ipc.h"

struct text {
  long type;
  char bytes[64];
};
static int send(int id, long type, const char *bytes, int flags) {
  struct text message = {type};
  strcpy(message.bytes, bytes);
  return msgsnd(id, &message, strlen(bytes), flags);
}
static void receive(int id, size_t size, long type, int flags) {
  struct text message = {};
  ssize_t count = msgrcv(id, &message, size, type, flags);
  if (count < 0)
    printf("type %ld: %s\n", type, strerrorname_np(errno));
  else
    printf("type %ld: %zd bytes of type %ld: %.*s\n", type, count, message.type, (int)count, message.bytes);
}

int main(void) {
  int id = msgget(IPC_PRIVATE, 0600);
  SHOW_TRUE(id >= 0);
  SHOW(send(id, 3, "three", 0));
  SHOW(send(id, 1, "one", 0));
  SHOW(send(id, 2, "two", 0));
  SHOW(send(id, 1, "one again", 0));
  SHOW(send(id, 5, "", 0));
  struct msqid_ds status;
  SHOW(msgctl(id, IPC_STAT, &status));
  printf("%o %lu messages %lu bytes of %lu, sender %d receiver %d\n", status.msg_perm.mode, status.msg_qnum,
         status.__msg_cbytes, status.msg_qbytes, status.msg_lspid == getpid(), status.msg_lrpid);
  receive(id, 64, 0, 0);
  receive(id, 64, 2, 0);
  receive(id, 64, -2, 0);
  receive(id, 64, -4, 0);
  receive(id, 64, 4, IPC_NOWAIT);
  receive(id, 64, -4, IPC_NOWAIT);
  receive(id, 64, 0, 0);
  receive(id, 64, 0, IPC_NOWAIT);
  SHOW(send(id, 7, "a long message", 0));
  receive(id, 4, 7, 0);
  receive(id, 4, 7, MSG_NOERROR);
  SHOW(send(id, 7, "seven", 0));
  SHOW(send(id, 8, "eight", 0));
  receive(id, 64, 7, MSG_EXCEPT);
  receive(id, 64, 7, MSG_EXCEPT | IPC_NOWAIT);
  SHOW(msgctl(id, IPC_STAT, &status));
  printf("%lu messages, receiver %d, stime %d rtime %d\n", status.msg_qnum, status.msg_lrpid == getpid(),
         status.msg_stime != 0, status.msg_rtime != 0);
  status.msg_qbytes = 10;
  SHOW(msgctl(id, IPC_SET, &status));
  SHOW(send(id, 1, "123456", IPC_NOWAIT));
  SHOW(send(id, 1, "12345", IPC_NOWAIT));
  SHOW(msgctl(id, IPC_RMID, NULL));
  SHOW(send(id, 1, "x", 0));
  return 0;
}
