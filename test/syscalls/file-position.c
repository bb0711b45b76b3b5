// Positions: lseek, append, pread and pwrite, holes, shared offsets, and what lies beyond the end.
#include "report.h"
#include <sys/uio.h>

int main(void) {
  char text[64];
  make_file("file", "0123456789", 0644);
  int fd = open("file", O_RDWR);
  SHOW(lseek(fd, 0, SEEK_END));
  SHOW(lseek(fd, -3, SEEK_CUR));
  SHOW(lseek(fd, -8, SEEK_CUR));
  SHOW(lseek(fd, -1, SEEK_SET));
  SHOW(lseek(fd, 0, 9));
  SHOW(read(fd, text, sizeof text));
  SHOW(read(fd, text, sizeof text));
  SHOW(lseek(fd, 100, SEEK_SET));
  SHOW(read(fd, text, 1));
  SHOW(pread(fd, text, 4, 8));
  SHOW(pread(fd, text, 4, 10));
  SHOW(pread(fd, text, 4, -1));
  SHOW(pwrite(fd, "XY", 2, 3));
  SHOW(lseek(fd, 0, SEEK_CUR));
  show_file("file");
  SHOW(write(fd, "end", 3));
  struct stat info;
  fstat(fd, &info);
  printf("size %ld\n", (long)info.st_size);
  SHOW(pread(fd, text, 8, 96));
  SHOW_TRUE(memcmp(text, "\0\0\0\0end", 7) == 0);

  int copy = dup(fd);
  lseek(copy, 2, SEEK_SET);
  SHOW(lseek(fd, 0, SEEK_CUR));
  IN_CHILD("child seeks", lseek(fd, 7, SEEK_SET));
  SHOW(lseek(fd, 0, SEEK_CUR));
  int other = open("file", O_RDONLY);
  SHOW(lseek(other, 0, SEEK_CUR));

  int append = open("file", O_WRONLY | O_APPEND);
  ftruncate(fd, 4);
  SHOW(write(append, "app", 3));
  SHOW(lseek(append, 0, SEEK_CUR));
  SHOW(pwrite(append, "pw", 2, 0));
  SHOW(lseek(append, 0, SEEK_CUR));
  show_file("file");
  SHOW(fcntl(append, F_SETFL, 0));
  SHOW(lseek(append, 1, SEEK_SET));
  SHOW(write(append, "-", 1));
  show_file("file");

  struct iovec parts[3] = {{"ab", 2}, {"", 0}, {"cde", 3}};
  lseek(fd, 0, SEEK_SET);
  SHOW(writev(fd, parts, 3));
  SHOW(lseek(fd, 0, SEEK_CUR));
  char first[3] = "", second[10] = "";
  struct iovec in[2] = {{first, 2}, {second, 9}};
  SHOW(preadv(fd, in, 2, 1));
  printf("%s %s\n", first, second);
  SHOW(pwritev(fd, parts, 3, 2));
  show_file("file");
  SHOW(readv(fd, in, 0));
  SHOW(readv(fd, in, -1));
  SHOW(readv(fd, in, 1025));
  in[1].iov_len = 0x80000000;
  SHOW(readv(fd, in, 2));
  SHOW(readv(fd, (void *)8, 1));
  lseek(fd, 0, SEEK_SET);
  SHOW(read(fd, (void *)8, 4));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(write(fd, (void *)8, 4));
  SHOW(read(fd, (void *)8, 0));
  SHOW(read(-1, text, 1));
  SHOW(read(1000, text, 1));

  char *at = pages(2, PROT_READ | PROT_WRITE);
  munmap(at + PAGE, PAGE);
  memcpy(at + PAGE - 3, "123", 3);
  lseek(fd, 0, SEEK_SET);
  SHOW(write(fd, at + PAGE - 3, 10));
  SHOW(lseek(fd, 0, SEEK_CUR));
  lseek(fd, 0, SEEK_SET);
  SHOW(syscall(SYS_preadv, fd, in, 1, -1, -1));
  int64_t far;
  SHOW(syscall(SYS__llseek, fd, 0x10, 5, &far, SEEK_SET));
  printf("%llx\n", (long long)far);
  SHOW(syscall(SYS_lseek, fd, 1, SEEK_SET));
  int ends[2];
  pipe(ends);
  SHOW(lseek(ends[0], 0, SEEK_CUR));
  SHOW(pread(ends[0], text, 1, 0));
  SHOW(pwrite(ends[1], text, 1, 0));
  return 0;
}
