// Threads and the end of a process: exit in a thread, pthread_exit in main, a fatal signal in one.
#include "report.h"
#include <pthread.h>

static void *exits(void *argument) { exit(11); }
static void *returns(void *argument) { return usleep(30000), _exit(12), NULL; }
static void *crashes(void *argument) { return raise(SIGTERM), NULL; }
static void *ends_only(void *argument) { return syscall(SYS_exit, 3), NULL; }

int main(void) {
  pthread_t thread;
  IN_CHILD("exit in a thread", pthread_create(&thread, NULL, exits, NULL); pause());
  IN_CHILD("main ends first", pthread_create(&thread, NULL, returns, NULL); pthread_exit(NULL));
  IN_CHILD("a signal to one", pthread_create(&thread, NULL, crashes, NULL); pause());
  IN_CHILD("exit of one alone", pthread_create(&thread, NULL, ends_only, NULL); usleep(20000); _exit(14));
  IN_CHILD("exit of main alone", syscall(SYS_exit, 15));
  return 0;
}
