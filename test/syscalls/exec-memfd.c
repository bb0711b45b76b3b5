// Programs and scripts without a name in the tree: a memfd, run by its name in /proc and by fexecve.
#include "report.h"

static char *const environment[] = {NULL};
static const char script[] = "#!./interpreter\n";

static int memory_file(const char *text, int length, unsigned flags) {
  int fd = memfd_create("script", flags);
  if (write(fd, text, length) != length) die("write");
  return fd;
}
static int copy_of_self(int to) {
  int from = open("/proc/self/exe", O_RDONLY);
  char block[65536];
  ssize_t count;
  while ((count = read(from, block, sizeof block)) > 0) write(to, block, count);
  close(from);
  return to;
}
/** As the program that is run, or the interpreter of the script that is. */
static int interpret(int argc, char **argv) {
  char name[300] = "";
  readlink("/proc/self/exe", name, sizeof name - 1);
  if (argc == 3) {
    const char *kind = strncmp(argv[1], "/proc/self/fd/", 14) == 0 ? "by its name in /proc" : strncmp(argv[1], "/dev/fd/", 8) == 0 ? "by descriptor" : argv[1];
    printf("%s with %s, %s\n", strrchr(name, '/') + 1, argv[2], kind);
    show_file(strncmp(argv[1], "/dev/fd/", 8) == 0 ? argv[1] : strcat(strcpy(name, ""), argv[1]));
  } else
    printf("%s with %s as %s\n", strncmp(name, "/memfd:", 7) == 0 ? name : "a file", argv[1], argv[0]);
  show_file("/proc/self/comm");
  return 7;
}

#define RUN(label, ...) IN_CHILD(label, __VA_ARGS__; SHOW(-1))

int main(int argc, char **argv) {
  if (argc > 1) return interpret(argc, argv);
  close(copy_of_self(open("interpreter", O_CREAT | O_WRONLY, 0755)));
  char path[64];
  int fd = memory_file(script, sizeof script - 1, 0);
  sprintf(path, "/proc/self/fd/%d", fd);
  RUN("script by path", execl(path, "name", "one", NULL));
  RUN("script by fexecve", fexecve(fd, (char *[]){"name", "two", NULL}, environment));
  close(fd), fd = memory_file(script, sizeof script - 1, MFD_CLOEXEC), sprintf(path, "/proc/self/fd/%d", fd);
  RUN("closed at exec, by path", execl(path, "name", "three", NULL));
  RUN("closed at exec, by fexecve", fexecve(fd, (char *[]){"name", "four", NULL}, environment));
  close(fd);
  fd = copy_of_self(memfd_create("program", MFD_CLOEXEC)), sprintf(path, "/proc/self/fd/%d", fd);
  RUN("program by path", execl(path, "name", "five", NULL));
  RUN("program by fexecve", fexecve(fd, (char *[]){"name", "six", NULL}, environment));
  SHOW(fchmod(fd, 0600));
  RUN("without execution", execl(path, "name", "seven", NULL));
  close(fd), fd = memory_file("no program\n", 11, 0), sprintf(path, "/proc/self/fd/%d", fd);
  RUN("neither", execl(path, "name", NULL));
  int ends[2];
  pipe(ends), sprintf(path, "/proc/self/fd/%d", ends[0]);
  RUN("a pipe", execl(path, "name", NULL));
  make_file("script", script, 0755), fd = open("script", O_RDONLY);
  RUN("a file's script by fexecve", fexecve(fd, (char *[]){"name", "eight", NULL}, environment));
  sprintf(path, "/proc/self/fd/%d", fd);
  RUN("by its link in /proc", execl(path, "name", "nine", NULL));
  SHOW(unlink("script"));
  RUN("of a removed file", fexecve(fd, (char *[]){"name", "ten", NULL}, environment));
  return 0;
}
