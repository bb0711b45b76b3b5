// Children of threads: __WNOTHREAD, a thread that ends before its child, __WCLONE and __WALL.
#include "report.h"
#include <pthread.h>
#include <sched.h>

static pid_t child;
static void *makes(void *argument) {
  child = fork();
  if (child == 0) usleep(20000), _exit(8);
  return NULL;
}
static char stack[65536];
static int quick(void *argument) { return 9; }

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, makes, NULL), pthread_join(thread, NULL);
  int status;
  SHOW_TRUE(waitpid(child, &status, 0) == child), show_status("end", status);
  pid_t without = clone(quick, stack + sizeof stack, 0, NULL);
  SHOW(waitpid(without, &status, 0)), SHOW_TRUE(waitpid(without, &status, __WCLONE) == without), show_status("__WCLONE", status);
  without = clone(quick, stack + sizeof stack, 0, NULL), SHOW_TRUE(waitpid(-1, &status, __WALL) == without), show_status("__WALL", status);
  child = fork();
  if (child == 0) _exit(1);
  SHOW(waitpid(child, &status, __WCLONE)), SHOW_TRUE(waitpid(child, &status, __WNOTHREAD) == child);
  return 0;
}
