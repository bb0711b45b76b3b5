// memfd_create: an unnamed file in memory, its seals, its mapping, its name in /proc.
#include "report.h"

int main(void) {
  char text[128];
  int fd = memfd_create("name", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  SHOW(fcntl(fd, F_GETFD));
  printf("%o\n", fcntl(fd, F_GETFL));
  struct stat info;
  fstat(fd, &info);
  printf("%o %ld links %d\n", info.st_mode, (long)info.st_size, (int)info.st_nlink);
  snprintf(text, sizeof text, "/proc/self/fd/%d", fd);
  char target[128] = "";
  readlink(text, target, sizeof target);
  printf("%s\n", target);
  SHOW(fcntl(fd, F_GET_SEALS));
  SHOW(write(fd, "0123456789", 10));
  char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  map[1] = 'X';
  SHOW(pread(fd, text, 3, 0));
  printf("%.3s\n", text);
  pwrite(fd, "Y", 1, 2);
  printf("%.4s\n", map);
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  munmap(map, PAGE);
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  SHOW(ftruncate(fd, 5));
  SHOW(ftruncate(fd, 20));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  SHOW(ftruncate(fd, 30));
  SHOW(pwrite(fd, "abc", 3, 19));
  SHOW(pwrite(fd, "abc", 3, 17));
  SHOW(pwrite(fd, "abc", 3, 20));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  SHOW(write(fd, "abc", 3));
  SHOW((long)mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  SHOW_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  SHOW(fcntl(fd, F_GET_SEALS));
  int plain = memfd_create("", 0);
  SHOW(fcntl(plain, F_GET_SEALS));
  SHOW(fcntl(plain, F_ADD_SEALS, F_SEAL_WRITE));
  SHOW(memfd_create("x", 0x8000));
  memset(text, 'n', sizeof text);
  static char name[300];
  memset(name, 'n', 250);
  SHOW(memfd_create(name, 0));
  name[249] = 0;
  SHOW_OK(memfd_create(name, 0));
  SHOW(memfd_create((char *)8, 0));
  // Holes and punching.
  SHOW(ftruncate(plain, 4 * PAGE));
  SHOW(pwrite(plain, "data", 4, 2 * PAGE));
  printf("%ld %ld\n", (long)lseek(plain, 0, SEEK_DATA), (long)lseek(plain, 0, SEEK_HOLE));
  printf("%ld %ld\n", (long)lseek(plain, 2 * PAGE, SEEK_HOLE), (long)lseek(plain, 2 * PAGE + 5, SEEK_DATA));
  SHOW(lseek(plain, 3 * PAGE, SEEK_DATA));
  SHOW(lseek(plain, 4 * PAGE, SEEK_HOLE));
  fstat(plain, &info);
  SHOW(info.st_blocks);
  SHOW(fallocate(plain, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2 * PAGE, PAGE));
  fstat(plain, &info);
  SHOW(info.st_blocks);
  SHOW(pread(plain, text, 4, 2 * PAGE));
  SHOW_TRUE(text[0] == 0);
  SHOW(fallocate(plain, FALLOC_FL_PUNCH_HOLE, 0, PAGE));
  return 0;
}
