// /dev/null, zero, full, random, urandom, and links through /dev/fd.
#include "report.h"
#include <poll.h>

int main(void) {
  char text[64];
  int fd = open("/dev/null", O_RDWR);
  SHOW(write(fd, text, 64));
  SHOW(read(fd, text, 64));
  SHOW(lseek(fd, 1000, SEEK_SET));
  SHOW(pread(fd, text, 3, 5));
  SHOW(ftruncate(fd, 0));
  SHOW(fsync(fd));
  struct pollfd p = {fd, POLLIN | POLLOUT, 0};
  SHOW(poll(&p, 1, 0));
  printf("%x\n", p.revents);
  SHOW(open("/dev/null", O_WRONLY | O_TRUNC | O_CREAT, 0600) >= 0);
  SHOW(open("/dev/null", O_RDONLY | O_DIRECTORY));
  SHOW(open("/dev/null/", O_RDONLY));
  fd = open("/dev/zero", O_RDWR);
  memset(text, 1, 64);
  SHOW(read(fd, text, 60));
  SHOW_TRUE(text[0] == 0 && text[59] == 0 && text[60] == 1);
  SHOW(write(fd, text, 64));
  SHOW(lseek(fd, 5, SEEK_CUR));
  fd = open("/dev/full", O_RDWR);
  SHOW(write(fd, text, 1));
  SHOW(read(fd, text, 64));
  fd = open("/dev/urandom", O_RDONLY);
  char a[32] = "", b[32] = "";
  SHOW(read(fd, a, 32));
  SHOW(read(fd, b, 32));
  SHOW_TRUE(memcmp(a, b, 32) != 0);
  SHOW(read(open("/dev/random", O_RDONLY), a, 16));
  make_file("file", "hello", 0644);
  fd = open("file", O_RDONLY);
  read(fd, text, 2);
  sprintf(text, "/dev/fd/%d", fd);
  int other = open(text, O_RDONLY);
  SHOW(read(other, text, 9));
  int ends[2];
  pipe(ends);
  sprintf(text, "/dev/fd/%d", ends[1]);
  int writer = open(text, O_WRONLY);
  SHOW(write(writer, "x", 1));
  SHOW(read(ends[0], text, 9));
  SHOW(readlink("/dev/stdin", text, sizeof text));
  printf("%.15s\n", text);
  SHOW(ioctl(fd, 0x12345678, 0));
  SHOW(open("/dev/tty", O_RDONLY));
  return 0;
}
