// fallocate on a file in memory: growing, keeping the size, punching, zeroing; what is refused.
#include "report.h"

static void show_size(int fd) {
  struct stat info;
  fstat(fd, &info);
  printf("size %ld blocks %ld\n", (long)info.st_size, (long)info.st_blocks);
}

int main(void) {
  int fd = memfd_create("file", 0);
  SHOW(fallocate(fd, 0, 0, 3 * PAGE));
  show_size(fd);
  SHOW(fallocate(fd, FALLOC_FL_KEEP_SIZE, 3 * PAGE, PAGE));
  show_size(fd);
  SHOW(ftruncate(fd, 3 * PAGE));
  show_size(fd);
  char page[PAGE];
  memset(page, 'x', PAGE);
  for (int i = 0; i < 3; i++) pwrite(fd, page, PAGE, i * PAGE);
  SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE / 2, PAGE));
  show_size(fd);
  pread(fd, page, PAGE, 0);
  printf("%d %d\n", page[PAGE / 2 - 1], page[PAGE / 2]);
  pread(fd, page, PAGE, PAGE);
  printf("%d %d\n", page[PAGE / 2 - 1], page[PAGE / 2]);
  SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 2 * PAGE));
  show_size(fd);
  SHOW(lseek(fd, 0, SEEK_DATA));
  SHOW(lseek(fd, 0, SEEK_HOLE));
  SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 10 * PAGE, PAGE));
  SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, PAGE));
  SHOW(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, PAGE));
  SHOW(fallocate(fd, FALLOC_FL_INSERT_RANGE, 0, PAGE));
  SHOW(fallocate(fd, 0x1000, 0, PAGE));
  SHOW(fallocate(fd, 0, -1, PAGE));
  SHOW(fallocate(fd, 0, 0, 0));
  SHOW(fallocate(fd, 0, 0, -1));
  SHOW(fallocate(fd, 0, 0x7fffffffffffffff, 1));
  SHOW(fallocate(99, 0, 0, 1));
  int pair[2], reader = open("/proc/self/exe", O_RDONLY);
  pipe(pair);
  SHOW(fallocate(pair[1], 0, 0, 1));
  SHOW(fallocate(reader, 0, 0, 1));
  SHOW(fallocate(open(".", O_RDONLY), 0, 0, 1));
  SHOW(posix_fallocate(fd, 0, 4 * PAGE));
  show_size(fd);
  return 0;
}
