// What the cases of System V IPC share. Objects are private or have a key that only this run uses, and go
// with the case.
#ifndef IPC_H
#define IPC_H
#include "report.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

union semun {
  int val;
  struct semid_ds *buf;
  unsigned short *array;
  struct seminfo *info;
};
static inline key_t own_key(void) { return 0x5a000000 | getpid(); }
static inline void pause_ms(int ms) { usleep(ms * 1000); }
static int sem(int id, int number, int change, int flags) {
  struct sembuf operation = {number, change, flags};
  return semop(id, &operation, 1);
}
#endif
