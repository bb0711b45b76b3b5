// Names and states of a process: comm of threads, /proc/self/comm, PR_SET_NAME, cmdline, exe, cwd, environ.
#include "report.h"
#include <pthread.h>
#include <sys/prctl.h>

static void show_comm(const char *path) {
  char text[64] = {};
  int fd = open(path, O_RDONLY);
  if (fd < 0 || read(fd, text, sizeof text) < 0) printf("%s: %s\n", path, strerrorname_np(errno));
  else printf("%s", text);
  close(fd);
}
static void *thread(void *argument) {
  prctl(PR_SET_NAME, "worker");
  char path[64];
  show_comm("/proc/thread-self/comm");
  show_comm("/proc/self/comm");
  snprintf(path, sizeof path, "/proc/self/task/%d/comm", getpid());
  show_comm(path);
  int fd = open(path, O_WRONLY);
  SHOW(write(fd, "renamed-by-another-thread", 25));
  show_comm(path);
  return NULL;
}

int main(int argc, char **argv) {
  prctl(PR_SET_NAME, "a-name-that-is-longer-than-15");
  char name[17] = {};
  prctl(PR_GET_NAME, name);
  printf("%s\n", name);
  pthread_t other;
  pthread_create(&other, NULL, thread, NULL);
  pthread_join(other, NULL);
  prctl(PR_GET_NAME, name);
  printf("%s\n", name);
  SHOW(prctl(PR_SET_NAME, (char *)8));
  if (argc == 1) {
    setenv("ONE", "1", 1);
    fflush(stdout);
    execle("/proc/self/exe", "zero", "first word", "", "last", NULL, (char *[]){"A=1", "B=two", NULL});
  }
  char text[256];
  int fd = open("/proc/self/cmdline", O_RDONLY);
  ssize_t count = read(fd, text, sizeof text);
  for (int i = 0; i < count; i++) putchar(text[i] ? text[i] : '|');
  putchar('\n');
  fd = open("/proc/self/environ", O_RDONLY);
  count = read(fd, text, sizeof text);
  for (int i = 0; i < count; i++) putchar(text[i] ? text[i] : '|');
  putchar('\n');
  // Overwriting argv shows.
  memset(argv[1], 'X', 5);
  fd = open("/proc/self/cmdline", O_RDONLY);
  count = read(fd, text, sizeof text);
  for (int i = 0; i < count; i++) putchar(text[i] ? text[i] : '|');
  putchar('\n');
  return 0;
}
