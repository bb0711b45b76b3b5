// RLIMIT_FSIZE: a write is cut at it, the next raises SIGXFSZ; truncate, pwrite, append; ignored it is EFBIG.
#include "report.h"

static void on_limit(int signo) { printf("SIGXFSZ\n"); }

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  char bytes[100] = {};
  struct rlimit limit = {64, 1000};
  SHOW(setrlimit(RLIMIT_FSIZE, &limit));
  IN_CHILD("by default", {
    write(fd, bytes, 64);
    write(fd, bytes, 1);
  });
  signal(SIGXFSZ, on_limit);
  lseek(fd, 0, SEEK_SET);
  SHOW(write(fd, bytes, 50));
  SHOW(write(fd, bytes, 50));
  SHOW(write(fd, bytes, 1));
  SHOW(write(fd, bytes, 0));
  SHOW(pwrite(fd, bytes, 10, 60));
  SHOW(pwrite(fd, bytes, 10, 64));
  SHOW(ftruncate(fd, 65));
  SHOW(ftruncate(fd, 64));
  SHOW(truncate("file", 100));
  SHOW(ftruncate(fd, 10));
  SHOW(fallocate(fd, 0, 0, 100));
  int append = open("file", O_WRONLY | O_APPEND);
  SHOW(write(append, bytes, 100));
  SHOW(write(append, bytes, 100));
  signal(SIGXFSZ, SIG_IGN);
  SHOW(write(append, bytes, 100));
  // Other kinds of files have no size.
  int null = open("/dev/null", O_WRONLY), pair[2];
  pipe(pair);
  SHOW(write(null, bytes, 100));
  SHOW(write(pair[1], bytes, 100));
  return 0;
}
