// Links of /proc: self, exe, cwd, root, descriptors.
#include "report.h"
static void show_link(const char *path, const char *prefix) {
  char text[4096];
  ssize_t count = readlink(path, text, sizeof text - 1);
  if (count < 0) {
    printf("%s: %s\n", path, strerrorname_np(errno));
    return;
  }
  text[count] = 0;
  printf("%s: %s\n", path, prefix == NULL ? text : strncmp(text, prefix, strlen(prefix)) ? "another" : "as expected");
}
int main(int argc, char **argv) {
  char expected[4096], cwd[4096];
  sprintf(expected, "%d", getpid());
  show_link("/proc/self", expected);
  sprintf(expected, "%d/task/%d", getpid(), getpid());
  show_link("/proc/thread-self", expected);
  show_link("/proc/mounts", NULL);
  getcwd(cwd, sizeof cwd);
  show_link("/proc/self/cwd", cwd);
  show_link("/proc/self/root", NULL);
  SHOW(mkdir("sub", 0700));
  SHOW(chdir("/proc/self/cwd/sub"));
  SHOW(access("../sub", F_OK));
  SHOW(rmdir("../sub"));
  char text[4096];
  ssize_t count = readlink("/proc/self/cwd", text, sizeof text);
  SHOW_TRUE(count > 14 && memcmp(text + count - 14, "sub (deleted)", 13) != 0 && memcmp(text + count - 10, " (deleted)", 10) == 0);
  SHOW(chdir(cwd));
  count = readlink("/proc/self/exe", text, sizeof text - 1);
  text[count > 0 ? count : 0] = 0;
  struct stat by_link, by_name;
  SHOW(stat("/proc/self/exe", &by_link));
  SHOW(stat(text, &by_name));
  SHOW_TRUE(by_link.st_ino == by_name.st_ino && by_link.st_dev == by_name.st_dev);
  SHOW(lstat("/proc/self/exe", &by_link));
  SHOW_TRUE(S_ISLNK(by_link.st_mode));
  SHOW(stat("/proc/self", &by_link));
  SHOW_TRUE(S_ISDIR(by_link.st_mode) && (by_link.st_mode & 07777) == 0555);
  SHOW(access("/proc/999999", F_OK));
  SHOW(access("/proc/01", F_OK));
  SHOW(mkdir("/proc/folder", 0700) < 0);
  SHOW(unlink("/proc/version") < 0);
  pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info;
  waitid(P_PID, child, &info, WEXITED | WNOWAIT);
  char path[64];
  sprintf(path, "/proc/%d/cwd", child);
  SHOW(readlink(path, text, sizeof text));
  sprintf(path, "/proc/%d/exe", child);
  SHOW(readlink(path, text, sizeof text));
  sprintf(path, "/proc/%d", child);
  SHOW(access(path, F_OK));
  wait(NULL);
  SHOW(access(path, F_OK));
  return 0;
}
