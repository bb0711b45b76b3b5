// The working directory after it was removed: getcwd, relative paths, what /proc says.
#include "report.h"

int main(void) {
  char path[4096], target[4096] = {};
  mkdir("gone", 0700);
  SHOW(chdir("gone"));
  SHOW(rmdir("../gone"));
  SHOW(getcwd(path, sizeof path) == NULL ? -1 : 0);
  SHOW(open("new", O_CREAT | O_WRONLY, 0600));
  SHOW(mkdir("new", 0700));
  SHOW_OK(open(".", O_RDONLY));
  readlink("/proc/self/cwd", target, sizeof target);
  printf("%s\n", strrchr(target, '/'));
  struct stat info;
  SHOW(stat(".", &info));
  SHOW(info.st_nlink);
  SHOW(chdir(".."));
  return 0;
}
