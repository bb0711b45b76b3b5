// O_PATH descriptors: what they can be asked, opened anew by /proc, used as directories, sent, executed.
#include "report.h"
#include <sys/ioctl.h>

int main(void) {
  make_file("file", "hello", 0600);
  mkdir("dir", 0700);
  make_file("dir/inside", "x", 0600);
  int fd = open("file", O_PATH), dir = open("dir", O_PATH);
  char byte, name[64];
  SHOW(read(fd, &byte, 1)), SHOW(write(fd, &byte, 1)), SHOW(lseek(fd, 0, SEEK_SET));
  SHOW(ftruncate(fd, 0)), SHOW(fchmod(fd, 0600)), SHOW(fchown(fd, -1, -1)), SHOW(ioctl(fd, FIONREAD, &byte));
  SHOW(fcntl(fd, F_GETFL) & O_PATH ? 1 : 0), SHOW(fcntl(fd, F_SETFL, O_NONBLOCK)), SHOW(fcntl(fd, F_GETFD));
  struct stat info;
  SHOW(fstat(fd, &info));
  SHOW(info.st_size);
  SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
  SHOW_OK(dup(fd));
  SHOW_OK(openat(dir, "inside", O_RDONLY));
  SHOW(fchdir(dir));
  SHOW(access("inside", F_OK));
  SHOW(chdir(".."));
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  int again = open(name, O_RDONLY);
  SHOW(read(again, &byte, 1));
  SHOW_OK(open(name, O_PATH));
  SHOW(fchmodat(AT_FDCWD, name, 0400, 0));
  fstat(fd, &info);
  printf("%o\n", info.st_mode);
  SHOW(getdents64(dir, name, 64));
  SHOW(linkat(fd, "", AT_FDCWD, "linked", AT_EMPTY_PATH) == 0 || errno == ENOENT);
  SHOW_OK(open("file", O_PATH | O_CREAT | O_EXCL, 0600));
  SHOW_OK(open("nowhere", O_PATH | O_CREAT, 0600));
  symlink("file", "link");
  int link = open("link", O_PATH | O_NOFOLLOW);
  memset(name, 0, sizeof name);
  SHOW(readlinkat(link, "", name, sizeof name));
  printf("%s\n", name);
  return 0;
}
