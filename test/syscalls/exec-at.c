// execveat: relative to a folder, of an open file, of a file that has no name.
#include "report.h"

static char *none[] = {NULL};

static int at(int fd, const char *path, int flags) {
  char *argv[] = {"again", (char *)path, NULL};
  return syscall(SYS_execveat, fd, path, argv, none, flags);
}
#define RUN(label, ...) IN_CHILD(label, __VA_ARGS__; printf("%s\n", strerrorname_np(errno)); _exit(1))

int main(int argc, char **argv) {
  if (strcmp(argv[0], "again") == 0) {
    printf("  again \"%s\"\n", argv[1]);
    return 42;
  }
  if (argc > 1 && strcmp(argv[1], "script") == 0) {
    printf("  script of %d arguments, name below /dev/fd: %d\n", argc, strncmp(argv[2], "/dev/fd/", 8) == 0);
    return 43;
  }
  mkdir("folder", 0755);
  symlink(argv[0], "folder/self");
  int folder = open("folder", O_RDONLY | O_DIRECTORY), self = open(argv[0], O_RDONLY);
  RUN("in folder", at(folder, "self", 0));
  RUN("absolute", at(-1, argv[0][0] == '/' ? "/proc/self/exe" : "", 0));
  RUN("bad descriptor", at(99, "self", 0));
  RUN("missing", at(folder, "none", 0));
  RUN("link not followed", at(folder, "self", AT_SYMLINK_NOFOLLOW));
  RUN("flags", at(folder, "self", 1));
  RUN("empty path", at(self, "", AT_EMPTY_PATH));
  RUN("empty path without flag", at(self, "", 0));
  RUN("of folder", at(folder, "", AT_EMPTY_PATH));
  RUN("below file", at(self, "self", 0));
  int memory = memfd_create("program", MFD_CLOEXEC);
  char buffer[65536];
  for (ssize_t count; (count = read(self, buffer, sizeof buffer)) > 0;)
    if (write(memory, buffer, count) != count) die("write");
  RUN("memory", at(memory, "", AT_EMPTY_PATH));
  char script[300], *words[] = {"name", "word", NULL};
  symlink(argv[0], "shell");
  snprintf(script, sizeof script, "#!./shell script\n");
  make_file("text", script, 0755);
  int text = open("text", O_RDONLY), closing = open("text", O_RDONLY | O_CLOEXEC);
  RUN("script", syscall(SYS_execveat, text, "", words, none, AT_EMPTY_PATH));
  RUN("script that closes", syscall(SYS_execveat, closing, "", words, none, AT_EMPTY_PATH));
  return 0;
}
