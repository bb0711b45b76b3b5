// /dev/shm: a file system of memory, mappings of its unlinked files, executable ones too.
#include "report.h"
#include <sys/statfs.h>

int main(void) {
  struct statfs system;
  SHOW(statfs("/dev/shm", &system));
  printf("type %#lx block %ld name %ld\n", (long)system.f_type, (long)system.f_bsize, (long)system.f_namelen);
  char name[] = "/dev/shm/vm_file-XXXXXX";
  int fd = mkstemp(name);
  SHOW_TRUE(fd > 0);
  SHOW(unlink(name));
  SHOW(fchmod(fd, 0777));
  SHOW(lseek(fd, PAGE - 1, SEEK_SET));
  SHOW(write(fd, "", 1));
  char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE, fd, 0);
  SHOW_TRUE(map != MAP_FAILED);
  memcpy(map, "\xb8\x09\0\0\0\xc3", 6);
  SHOW(((int (*)(void))map)());
  SHOW(ftruncate(fd, 64 << 20));
  char *shared = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  shared[50 << 20] = 4;
  IN_CHILD("child", shared[40 << 20] = shared[50 << 20] + 1);
  SHOW(shared[40 << 20]);
  struct stat status;
  SHOW(fstat(fd, &status));
  printf("size %ld links %ld\n", (long)status.st_size, (long)status.st_nlink);
  // Only what was written takes room.
  SHOW_TRUE(status.st_blocks < 1000);
  char byte;
  SHOW(pread(fd, &byte, 1, 40 << 20));
  SHOW(byte);
  SHOW(madvise(shared + (40 << 20), PAGE, MADV_REMOVE));
  SHOW(shared[40 << 20]);
  SHOW(lseek(fd, 0, SEEK_DATA));
  SHOW(lseek(fd, PAGE, SEEK_DATA));
  SHOW(lseek(fd, 50 << 20, SEEK_HOLE));
  SHOW(lseek(fd, 64 << 20, SEEK_DATA));
  return 0;
}
