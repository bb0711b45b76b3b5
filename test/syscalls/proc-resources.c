// /proc/self/limits, /proc/PID/limits of another, oom_score_adj, fdinfo, mounts, version and their like.
#include "report.h"

static void lines(const char *path, const char *beginning) {
  char text[512];
  FILE *file = fopen(path, "r");
  if (!file) {
    printf("%s: %s\n", path, strerrorname_np(errno));
    return;
  }
  while (fgets(text, sizeof text, file))
    if (strncmp(text, beginning, strlen(beginning)) == 0) printf("%s", text);
  fclose(file);
}
static int put(const char *path, const char *text) {
  int fd = open(path, O_WRONLY);
  if (fd < 0) return -1;
  int result = write(fd, text, strlen(text));
  int error = errno;
  close(fd);
  errno = error;
  return result;
}

int main(void) {
  struct rlimit files = {100, 200}, core = {0, 0}, stack = {1 << 20, 1 << 21};
  setrlimit(RLIMIT_NOFILE, &files), setrlimit(RLIMIT_CORE, &core), setrlimit(RLIMIT_STACK, &stack);
  lines("/proc/self/limits", "Limit");
  lines("/proc/self/limits", "Max open files");
  lines("/proc/self/limits", "Max core file size");
  lines("/proc/self/limits", "Max stack size");
  lines("/proc/self/limits", "Max file locks");
  SHOW(put("/proc/self/oom_score_adj", "500")), lines("/proc/self/oom_score_adj", "");
  SHOW(put("/proc/self/oom_score_adj", "1001")), SHOW(put("/proc/self/oom_score_adj", "x"));
  IN_CHILD("child", lines("/proc/self/oom_score_adj", ""));
  int fd = open("/dev/null", O_RDWR | O_APPEND | O_CLOEXEC);
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  lines(path, "pos"), lines(path, "flags");
  lines("/proc/self/status", "Threads"), lines("/proc/self/status", "NoNewPrivs"), lines("/proc/self/status", "Seccomp:");
  SHOW(put("/proc/version", "x")), SHOW(put("/proc/self/exe", "x"));
  SHOW(access("/proc/self/nowhere", F_OK)), SHOW(unlink("/proc/version"));
  SHOW(access("/proc/2147483647", F_OK)), SHOW(access("/proc/self/task/self", F_OK)), SHOW(access("/proc/0", F_OK));
  lines("/proc/filesystems", "nodev\tproc"), lines("/proc/filesystems", "nodev\ttmpfs");
  lines("/proc/sys/kernel/ostype", ""), lines("/proc/sys/kernel/pid_max", "x"), lines("/proc/sys/fs/pipe-max-size", "");
  lines("/proc/self/personality", "x"), lines("/proc/self/wchan", "x");
  return 0;
}
