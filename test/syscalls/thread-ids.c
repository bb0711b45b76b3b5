// gettid, tgkill and /proc/self/task of threads; ids after the leader ended; getpid in all.
#include "report.h"
#include <dirent.h>
#include <pthread.h>

static volatile int go;
static pid_t leader;
static int tasks(void) {
  int count = 0;
  DIR *dir = opendir("/proc/self/task");
  for (struct dirent *e; (e = readdir(dir));) count += e->d_name[0] != '.';
  closedir(dir);
  return count;
}
static void *thread(void *argument) {
  while (!go) usleep(1000);
  SHOW_TRUE(getpid() == leader && gettid() != leader && getppid() > 0);
  if (argument) {
    usleep(20000);
    SHOW(tasks());
    SHOW(syscall(SYS_tgkill, getpid(), leader, 0));
    exit(0);
  }
  return NULL;
}

int main(void) {
  leader = getpid();
  SHOW(tasks());
  pthread_t one, two;
  pthread_create(&one, NULL, thread, NULL);
  SHOW(tasks());
  go = 1, pthread_join(one, NULL), usleep(10000);
  SHOW(tasks());
  pthread_create(&two, NULL, thread, (void *)1);
  pthread_exit(NULL);
}
