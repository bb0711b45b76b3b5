// Files beyond two gigabytes: without O_LARGEFILE they are refused, with it all positions work.
#include "report.h"

int main(void) {
  int fd = open("large", O_RDWR | O_CREAT, 0600);
  SHOW(lseek(fd, 0x7fffffff, SEEK_SET));
  SHOW(write(fd, "ab", 2));
  SHOW(ftruncate(fd, 0x7fffffff));
  SHOW(pwrite64(fd, "x", 1, 0x80000000ll));
  int wide = open("large", O_RDWR | O_LARGEFILE);
  SHOW(pwrite64(wide, "x", 1, 0x123456789ll));
  struct stat status;
  struct stat64 status64;
  SHOW(fstat(wide, &status));
  SHOW(stat64("large", &status64));
  printf("%#llx\n", (long long)status64.st_size);
  SHOW(open("large", O_RDONLY));
  SHOW(lseek(fd, 0, SEEK_END));
  printf("%#llx\n", (long long)lseek64(wide, 0, SEEK_END));
  printf("%#llx\n", (long long)lseek64(wide, -0x23456789ll, SEEK_CUR));
  SHOW(lseek64(wide, -1, SEEK_SET));
  SHOW(lseek64(wide, 0, 9));
  char got = 0;
  SHOW(pread64(wide, &got, 1, 0x123456789ll - 1));
  SHOW(pread64(wide, &got, 1, 0x123456788ll + 1));
  SHOW(got == 'x');
  SHOW(pread64(wide, &got, 1, -1));
  SHOW(ftruncate64(wide, 0x200000000ll));
  SHOW(truncate64("large", 5));
  SHOW(stat("large", &status));
  SHOW(status.st_size);
  char *map = mmap64(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, wide, 0x180000000ll);
  SHOW(ftruncate64(wide, 0x180001000ll));
  map[7] = 'm';
  SHOW(pread64(wide, &got, 1, 0x180000007ll));
  SHOW(got == 'm');
  struct flock64 lock = {.l_type = F_WRLCK, .l_start = 0x150000000ll, .l_len = 1};
  SHOW(fcntl(wide, F_SETLK64, &lock));
  IN_CHILD("child", lock.l_start = 0; lock.l_len = 0; SHOW(fcntl(wide, F_GETLK64, &lock)); printf("%#llx %lld\n", (long long)lock.l_start, (long long)lock.l_len));
  return 0;
}
