// Sparse files: seeking beyond the end, SEEK_DATA and SEEK_HOLE errors, zeros, large offsets.
#include "report.h"

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  char byte = 1;
  SHOW(lseek(fd, 100000, SEEK_SET)), SHOW(read(fd, &byte, 1)), SHOW(write(fd, "x", 1));
  struct stat info;
  fstat(fd, &info), SHOW(info.st_size), SHOW_TRUE(info.st_blocks * 512 < 100000);
  SHOW(pread(fd, &byte, 1, 50000)), SHOW(byte);
  SHOW(lseek(fd, -1, SEEK_SET)), SHOW(lseek(fd, -200000, SEEK_END)), SHOW(lseek(fd, 0, 9)), SHOW(lseek(fd, 100001, SEEK_DATA));
  SHOW(lseek(fd, 200000, SEEK_HOLE)), SHOW(lseek(fd, 100000, SEEK_HOLE));
  SHOW(syscall(SYS_lseek, fd, 0x7fffffff, SEEK_SET));
  loff_t where;
  SHOW(syscall(SYS__llseek, fd, 1, 0, &where, SEEK_SET));
  printf("%lld\n", (long long)where);
  SHOW(syscall(SYS__llseek, fd, 0, 0, 8, SEEK_SET));
  return 0;
}
