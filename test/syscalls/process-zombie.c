// A zombie: kill, /proc, setpgid, ptrace and wait of one that has ended.
#include "report.h"

int main(void) {
  char path[64], text[256] = {};
  pid_t child = fork();
  if (child == 0) _exit(33);
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED | WNOWAIT);
  SHOW(kill(child, 0)), SHOW(kill(child, SIGKILL)), SHOW(getpgid(child) == getpgrp()), SHOW(getsid(child) == getsid(0)), SHOW(getpriority(PRIO_PROCESS, child) >= 0);
  snprintf(path, sizeof path, "/proc/%d/stat", child);
  read(open(path, O_RDONLY), text, sizeof text), printf("%c\n", strrchr(text, ')')[2]);
  snprintf(path, sizeof path, "/proc/%d/cmdline", child), SHOW(read(open(path, O_RDONLY), text, sizeof text));
  snprintf(path, sizeof path, "/proc/%d/exe", child), SHOW(readlink(path, text, sizeof text));
  int status;
  SHOW_TRUE(waitpid(child, &status, 0) == child), show_status("end", status), SHOW(kill(child, 0));
  snprintf(path, sizeof path, "/proc/%d", child), SHOW(access(path, F_OK));
  return 0;
}
