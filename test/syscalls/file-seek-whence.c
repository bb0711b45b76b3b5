// lseek by each whence, on what has positions and on what has none: memory devices stay at 0 by all of them, and what
// is no whence is refused before the file is asked.
#define _FILE_OFFSET_BITS 64
#include "report.h"

static void seek(const char *name, int fd) {
  printf("%s\n", name);
  for (int whence = -1; whence <= 5; whence++) {
    for (int offset = -1; offset <= 1; offset++) {
      printf("  whence %d ", whence);
      show(offset < 0 ? "back" : offset > 0 ? "on" : "here", lseek(fd, offset, whence));
    }
  }
  if (fd >= 0) close(fd);
}

int main(void) {
  seek("null", open("/dev/null", O_RDWR | O_APPEND));
  seek("zero", open("/dev/zero", O_RDWR));
  seek("full", open("/dev/full", O_RDWR));
  seek("urandom", open("/dev/urandom", O_RDONLY));
  make_file("file", "hello", 0644);
  seek("file", open("file", O_RDWR));
  seek("path", open("file", O_PATH));
  int ends[2];
  SHOW(pipe(ends));
  seek("pipe", ends[0]);
  close(ends[1]);
  SHOW(mkdir("folder", 0755));
  int fd = open("folder", O_RDONLY | O_DIRECTORY);
  printf("folder\n");
  SHOW(lseek(fd, 0, SEEK_SET));
  SHOW(lseek(fd, 0, 5));
  SHOW(lseek(fd, 0, -1));
  seek("none", -1);
  return 0;
}
