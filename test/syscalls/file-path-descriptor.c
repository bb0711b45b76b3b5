// O_PATH: a descriptor that names a place and gives no access to what is in it.
#include "report.h"

int main(void) {
  make_file("file", "hello", 0644);
  mkdir("folder", 0755);
  make_file("folder/inner", "inner", 0644);
  symlink("file", "link");
  char text[64];
  int fd = open("file", O_PATH | O_RDWR | O_TRUNC | O_CREAT, 0600);
  printf("flags %o\n", fcntl(fd, F_GETFL));
  SHOW(read(fd, text, 5));
  SHOW(write(fd, text, 5));
  SHOW(lseek(fd, 0, SEEK_SET));
  SHOW(ftruncate(fd, 0));
  SHOW(fchmod(fd, 0600));
  SHOW(fchown(fd, -1, -1));
  SHOW(fsync(fd));
  SHOW(ioctl(fd, 0x541b, text));
  SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0));
  SHOW(fcntl(fd, F_SETFL, O_NONBLOCK));
  SHOW(fcntl(fd, F_GETFD));
  SHOW(fcntl(fd, F_SETFD, FD_CLOEXEC));
  struct stat info;
  SHOW(fstat(fd, &info));
  printf("size %ld\n", (long)info.st_size);
  int copy = dup(fd);
  SHOW_TRUE(copy >= 0);
  snprintf(text, sizeof text, "/proc/self/fd/%d", fd);
  int again = open(text, O_RDONLY);
  SHOW(read(again, text, 5));
  close(again), close(copy), close(fd);

  fd = open("link", O_PATH | O_NOFOLLOW);
  SHOW(fstat(fd, &info));
  SHOW_TRUE(S_ISLNK(info.st_mode));
  memset(text, 0, sizeof text);
  SHOW(readlinkat(fd, "", text, sizeof text));
  printf("%s\n", text);
  close(fd);
  SHOW(open("link", O_PATH | O_NOFOLLOW | O_DIRECTORY));

  fd = open("folder", O_PATH);
  int inner = openat(fd, "inner", O_RDONLY);
  memset(text, 0, sizeof text);
  SHOW(read(inner, text, 9));
  close(inner);
  SHOW(syscall(SYS_getdents64, fd, text, sizeof text));
  SHOW(faccessat(fd, "inner", R_OK, 0));
  SHOW(fchdir(fd));
  show_file("inner");
  SHOW(openat(fd, "", O_RDONLY));
  SHOW(fstatat(fd, "", &info, 0));
  SHOW(fstatat(fd, "", &info, AT_EMPTY_PATH));
  SHOW_TRUE(S_ISDIR(info.st_mode));
  SHOW(open("missing", O_PATH));
  return 0;
}
