// execveat of a memory file, with close-on-exec, by /proc, scripts in one.
#include "report.h"

int main(int argc, char **argv) {
  if (argc > 1) return printf("%s %s\n", argv[0], argv[1]), 3;
  int self = open("/proc/self/exe", O_RDONLY), fd = memfd_create("program", MFD_CLOEXEC);
  static char bytes[1 << 21];
  ssize_t count = read(self, bytes, sizeof bytes);
  SHOW_TRUE(write(fd, bytes, count) == count);
  char *arguments[] = {"zero", "one", NULL}, path[64];
  IN_CHILD("AT_EMPTY_PATH", close(fd == 99); execveat(fd, "", arguments, NULL, AT_EMPTY_PATH); printf("%s\n", strerrorname_np(errno)));
  snprintf(path, sizeof path, "/proc/self/fd/%d", open("/proc/self/exe", O_RDONLY));
  IN_CHILD("/proc/self/fd", execve(path, arguments, NULL); printf("%s\n", strerrorname_np(errno)));
  IN_CHILD("no flag", execveat(fd, "", arguments, NULL, 0); printf("%s\n", strerrorname_np(errno)));
  IN_CHILD("bad flag", execveat(fd, "", arguments, NULL, 0x1); printf("%s\n", strerrorname_np(errno)));
  int script = memfd_create("script", MFD_CLOEXEC);
  write(script, "#!/proc/self/exe\n", 17);
  IN_CHILD("script", execveat(script, "", arguments, NULL, AT_EMPTY_PATH); printf("%s\n", strerrorname_np(errno)));
  return 0;
}
