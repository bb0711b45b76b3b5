// readv, preadv, preadv2 and their writing kin: positions, flags, many and empty vectors, limits.
#include "report.h"
#include <limits.h>
#include <sys/uio.h>

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  char a[8] = {}, b[8] = {};
  struct iovec parts[] = {{"one", 3}, {"", 0}, {"two", 3}}, into[] = {{a, 4}, {b, 7}};
  SHOW(writev(fd, parts, 3));
  SHOW(pwritev(fd, parts, 3, 10));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(preadv(fd, into, 2, 8));
  printf("%.2s %.7s\n", a + 2, b);
  lseek(fd, 0, SEEK_SET);
  SHOW(readv(fd, into, 1));
  SHOW(preadv2(fd, into, 1, -1, 0));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(pwritev2(fd, parts, 1, -1, RWF_DSYNC));
  SHOW(pwritev2(fd, parts, 1, 0, RWF_APPEND));
  struct stat info;
  fstat(fd, &info);
  SHOW(info.st_size);
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(pwritev2(fd, parts, 3, -1, RWF_APPEND | RWF_SYNC));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(preadv2(fd, into, 2, 0, RWF_HIPRI));
  SHOW(preadv2(fd, into, 2, 0, 0x8000));
  SHOW(preadv(fd, into, 2, -1));
  SHOW(preadv2(fd, into, 2, -2, 0));
  SHOW(readv(fd, into, -1));
  SHOW(readv(fd, into, 0));
  SHOW(readv(fd, into, IOV_MAX + 1));
  SHOW(readv(fd, (struct iovec *)8, 1));
  struct iovec huge = {a, 0x80000000u};
  SHOW(readv(fd, &huge, 1));
  struct iovec broken[] = {{a, 2}, {(void *)8, 4}};
  lseek(fd, 0, SEEK_SET);
  SHOW(readv(fd, broken, 2));
  SHOW(writev(fd, broken + 1, 1));
  int pair[2];
  pipe(pair);
  SHOW(preadv(pair[0], into, 1, 0));
  SHOW(pwritev2(pair[1], parts, 3, -1, 0));
  SHOW(readv(pair[0], into, 2));
  SHOW(preadv2(pair[0], into, 1, -1, RWF_NOWAIT));
  return 0;
}
