// /proc/self/status: ids, masks, threads.
#include "report.h"
static void show_line(const char *path, const char *name) {
  FILE *file = fopen(path, "r");
  char line[256];
  while (fgets(line, sizeof line, file))
    if (!strncmp(line, name, strlen(name)) && line[strlen(name)] == ':') printf("%s", line);
  fclose(file);
}
static void ignore(int signo) {}
int main(void) {
  umask(027);
  sigset_t set;
  sigemptyset(&set), sigaddset(&set, SIGUSR1), sigaddset(&set, SIGRTMAX);
  sigprocmask(SIG_BLOCK, &set, NULL);
  signal(SIGUSR2, ignore), signal(SIGHUP, SIG_IGN);
  kill(getpid(), SIGUSR1);
  raise(SIGRTMAX);
  const char *names[] = {"Umask", "State", "TracerPid", "Threads", "SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt", "NoNewPrivs"};
  for (int i = 0; i < 10; i++) show_line("/proc/self/status", names[i]);
  char line[100], text[4096];
  int fd = open("/proc/self/status", O_RDONLY);
  ssize_t count = read(fd, text, sizeof text - 1);
  text[count] = 0;
  sprintf(line, "\nPid:\t%d\n", getpid());
  SHOW_TRUE(strstr(text, line) != NULL);
  sprintf(line, "\nPPid:\t%d\n", getppid());
  SHOW_TRUE(strstr(text, line) != NULL);
  sprintf(line, "\nUid:\t%d\t%d\t%d\t%d\n", getuid(), geteuid(), geteuid(), geteuid());
  SHOW_TRUE(strstr(text, line) != NULL);
  SHOW_TRUE(strstr(text, "\nVmSize:\t") && strstr(text, "\nVmRSS:\t") && strstr(text, " kB\n"));
  SHOW_TRUE(strncmp(text, "Name:\t", 6) == 0);
  return 0;
}
