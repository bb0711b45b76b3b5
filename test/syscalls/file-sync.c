// fsync, fdatasync, sync_file_range, syncfs, msync: what they take and refuse.
#include "report.h"

int main(void) {
  make_file("file", "0123456789", 0600);
  int fd = open("file", O_RDWR), reader = open("file", O_RDONLY), dir = open(".", O_RDONLY), path = open("file", O_PATH);
  int pair[2];
  pipe(pair);
  int null = open("/dev/null", O_RDWR);
  SHOW(fsync(fd)), SHOW(fdatasync(fd)), SHOW(fsync(reader)), SHOW(fsync(dir));
  SHOW(fsync(pair[0])), SHOW(fdatasync(pair[1])), SHOW(fsync(null)), SHOW(fsync(path)), SHOW(fsync(99));
  SHOW(sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE));
  SHOW(sync_file_range(fd, 0, 10, 8));
  SHOW(sync_file_range(fd, -1, 10, 0));
  SHOW(sync_file_range(fd, 5, -10, 0));
  SHOW(sync_file_range(pair[0], 0, 10, 0));
  SHOW(syncfs(fd)), SHOW(syncfs(dir)), SHOW(syncfs(99));
  sync();
  char *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  map[0] = 'X';
  SHOW(msync(map, PAGE, MS_SYNC));
  SHOW(msync(map, PAGE, MS_ASYNC | MS_INVALIDATE));
  SHOW(msync(map, PAGE, MS_SYNC | MS_ASYNC));
  SHOW(msync(map + 1, PAGE, MS_SYNC));
  SHOW(msync(map, PAGE, 64));
  SHOW(msync(map, 0, 0));
  munmap(map + PAGE, PAGE);
  SHOW(msync(map, 2 * PAGE, MS_SYNC));
  show_file("file");
  return 0;
}
