// /proc/PID/stat and its kin: fields that do not depend on the machine.
#include "report.h"
#include <sys/prctl.h>
static char fields[60][64];
static int read_stat(pid_t pid) {
  char path[64], text[2048];
  sprintf(path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return -1;
  ssize_t count = read(fd, text, sizeof text - 1);
  close(fd);
  text[count] = 0;
  char *open_paren = strchr(text, '('), *close_paren = strrchr(text, ')');
  *close_paren = 0;
  strcpy(fields[1], text), strcpy(fields[2], open_paren + 1);
  int n = 3;
  for (char *word = strtok(close_paren + 1, " \n"); word; word = strtok(NULL, " \n")) strcpy(fields[n++], word);
  return n - 1;
}
int main(void) {
  prctl(PR_SET_NAME, "a (strange) name");
  SHOW(read_stat(getpid()));
  printf("%s\n", fields[2]);
  SHOW_TRUE(atoi(fields[1]) == getpid() && atoi(fields[4]) == getppid());
  SHOW_TRUE(atoi(fields[5]) == getpgrp() && atoi(fields[6]) == getsid(0));
  printf("state %s, threads %s, exit signal %s\n", fields[3], fields[20], fields[38]);
  pid_t child = fork();
  if (child == 0) {
    signal(SIGUSR1, SIG_IGN);
    pause();
    _exit(0);
  }
  usleep(50000);
  read_stat(child);
  printf("sleeping: %s, ignored %s\n", fields[3], fields[33]);
  kill(child, SIGSTOP);
  int status;
  waitpid(child, &status, WUNTRACED);
  read_stat(child);
  printf("stopped: %s\n", fields[3]);
  kill(child, SIGKILL);
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED | WNOWAIT);
  read_stat(child);
  printf("zombie: %s, vsize %s\n", fields[3], fields[23]);
  char path[64];
  sprintf(path, "/proc/%d/cmdline", child);
  char text[10];
  SHOW(read(open(path, O_RDONLY), text, sizeof text));
  wait(NULL);
  SHOW(read_stat(child));
  show_file("/proc/self/comm");
  int fd = open("/proc/self/comm", O_WRONLY);
  SHOW(write(fd, "renamed by hand, too long", 25));
  show_file("/proc/self/comm");
  char name[16];
  prctl(PR_GET_NAME, name);
  printf("%s\n", name);
  return 0;
}
