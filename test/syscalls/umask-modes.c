// umask with every call that makes files, bits beyond 0777.
#include "report.h"

static void mode(const char *path) {
  struct stat info;
  lstat(path, &info);
  printf("%s %o\n", path, info.st_mode);
}

int main(void) {
  umask(027);
  close(open("open", O_CREAT, 0666)), close(creat("creat", 0777)), mkdir("mkdir", 0777), mkfifo("fifo", 0666);
  mknod("node", S_IFREG | 0666, 0), symlink("x", "symlink"), close(open("special", O_CREAT, 07777));
  mode("open"), mode("creat"), mode("mkdir"), mode("fifo"), mode("node"), mode("symlink"), mode("special");
  printf("%o\n", umask(07777));
  printf("%o\n", umask(022));
  mkdir("sticky", 01777), mode("sticky");
  mkdir("sgid", 02777), mode("sgid");
  return 0;
}
