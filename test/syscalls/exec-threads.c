// exec by a thread that is not the first: the process keeps its id, all other threads are gone.
#include "report.h"
#include <pthread.h>
#include <dirent.h>

static pthread_barrier_t barrier;

static void *sleeper(void *unused) {
  (void)unused;
  pthread_barrier_wait(&barrier);
  for (;;) pause();
}

static void *changer(void *self) {
  char pid[32], *argv[] = {"second", NULL}, *env[] = {pid, NULL};
  snprintf(pid, sizeof pid, "PID=%d", getpid());
  printf("thread is not the leader: %d\n", gettid() != getpid());
  pthread_barrier_wait(&barrier);
  execve(self, argv, env);
  die("execve");
  return NULL;
}

int main(int argc, char **argv) {
  if (getenv("PID")) {
    printf("same pid: %d\n", atoi(getenv("PID")) == getpid());
    printf("leader: %d\n", gettid() == getpid());
    int threads = 0;
    DIR *folder = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(folder));) threads += entry->d_name[0] != '.';
    printf("threads: %d\n", threads);
    return 5;
  }
  IN_CHILD("leader sleeps", {
    pthread_t thread[3];
    pthread_barrier_init(&barrier, NULL, 4);
    pthread_create(&thread[0], NULL, sleeper, NULL);
    pthread_create(&thread[1], NULL, sleeper, NULL);
    pthread_create(&thread[2], NULL, changer, argv[0]);
    pthread_barrier_wait(&barrier);
    for (;;) pause();
  });
  IN_CHILD("leader has exited", {
    pthread_t thread;
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_create(&thread, NULL, changer, argv[0]);
    pthread_barrier_wait(&barrier);
    syscall(SYS_exit, 0);
  });
  return 0;
}
