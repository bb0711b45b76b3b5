// O_TMPFILE and files that lose their name while they are open.
#include "report.h"

int main(void) {
  int fd = open("/dev/shm", O_TMPFILE | O_RDWR, 0600);
  SHOW_TRUE(fd > 0);
  SHOW(write(fd, "nameless", 8));
  struct stat status;
  SHOW(fstat(fd, &status));
  SHOW(status.st_nlink);
  SHOW(open("/dev/shm", O_TMPFILE | O_RDONLY, 0600));
  SHOW(open("missing", O_TMPFILE | O_RDWR, 0600));
  make_file("file", "content", 0600);
  SHOW(open("file", O_TMPFILE | O_RDWR, 0600));
  int open_file = open("file", O_RDWR), other = open("file", O_RDONLY);
  SHOW(unlink("file"));
  SHOW(access("file", F_OK));
  SHOW(write(open_file, "CON", 3));
  char text[16] = {0};
  SHOW(read(other, text, 16));
  printf("%s\n", text);
  SHOW(fstat(open_file, &status));
  SHOW(status.st_nlink);
  SHOW(ftruncate(open_file, 3));
  make_file("file", "another", 0600);
  SHOW(pread(other, text, 16, 0));
  show_file("file");
  IN_CHILD("child", SHOW(pwrite(open_file, "child", 5, 0)));
  memset(text, 0, sizeof text);
  SHOW(pread(other, text, 16, 0));
  printf("%s\n", text);
  // A folder that is gone is still a place.
  mkdir("folder", 0700);
  SHOW(chdir("folder"));
  SHOW(rmdir("../folder"));
  SHOW(open("new", O_CREAT | O_RDWR, 0600));
  SHOW(access(".", F_OK));
  SHOW(syscall(SYS_getcwd, text, sizeof text));
  SHOW(chdir(".."));
  show_file("file");
  return 0;
}
