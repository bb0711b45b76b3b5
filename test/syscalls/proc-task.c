// Threads below /proc/PID/task, and processes in /proc.
#include "report.h"
#include <dirent.h>
#include <pthread.h>
#include <sys/prctl.h>
static int gate[2];
static void *thread(void *unused) {
  prctl(PR_SET_NAME, "second");
  char c;
  write(gate[1], "r", 1);
  for (;;) pause();
  return NULL;
}
static int count_entries(const char *path) {
  DIR *folder = opendir(path);
  int count = 0;
  for (struct dirent *e; (e = readdir(folder));)
    if (e->d_name[0] != '.') count++;
  closedir(folder);
  return count;
}
static int listed(pid_t pid) {
  DIR *folder = opendir("/proc");
  int found = 0;
  for (struct dirent *e; (e = readdir(folder));)
    if (atoi(e->d_name) == pid) found++, found += e->d_type == DT_DIR ? 0 : 100;
  closedir(folder);
  return found;
}
int main(void) {
  SHOW(count_entries("/proc/self/task"));
  pipe(gate);
  pthread_t other;
  pthread_create(&other, NULL, thread, NULL);
  char c;
  read(gate[0], &c, 1);
  SHOW(count_entries("/proc/self/task"));
  DIR *folder = opendir("/proc/self/task");
  for (struct dirent *e; (e = readdir(folder));) {
    int tid = atoi(e->d_name);
    if (!tid || tid == getpid()) continue;
    char path[64];
    sprintf(path, "/proc/self/task/%d/comm", tid);
    char name[32];
    int fd = open(path, O_RDONLY);
    ssize_t count = read(fd, name, sizeof name);
    printf("thread: %.*s", (int)count, name);
    sprintf(path, "/proc/%d/comm", tid);
    SHOW(access(path, R_OK));
    SHOW(listed(tid));
    sprintf(path, "/proc/self/task/%d/task", tid);
    SHOW(access(path, F_OK));
  }
  SHOW(listed(getpid()));
  SHOW(access("/proc/self/task/1", F_OK));
  return 0;
}
