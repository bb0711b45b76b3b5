// memfd_create: a file without a name; seals.
#include "report.h"

int main(void) {
  int fd = memfd_create("name", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  struct stat status;
  SHOW(fstat(fd, &status));
  printf("size %ld links %ld mode %o\n", (long)status.st_size, (long)status.st_nlink, status.st_mode);
  char path[64], link[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(path, link, sizeof link - 1);
  printf("%.*s\n", (int)length, link);
  SHOW(fcntl(fd, F_GETFD));
  SHOW(write(fd, "0123456789", 10));
  SHOW(fcntl(fd, F_GET_SEALS));
  char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  munmap(map, PAGE);
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  SHOW(ftruncate(fd, 5));
  SHOW(ftruncate(fd, 20));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  SHOW(ftruncate(fd, 21));
  SHOW(pwrite(fd, "abc", 3, 19));
  SHOW(pwrite(fd, "abc", 3, 20));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL));
  SHOW(write(fd, "x", 1));
  SHOW_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
  SHOW_OK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
  SHOW_OK(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
  SHOW(fcntl(fd, F_GET_SEALS));
  int plain = memfd_create("", 0);
  SHOW(fcntl(plain, F_GET_SEALS));
  SHOW(fcntl(plain, F_ADD_SEALS, F_SEAL_SHRINK));
  SHOW(fcntl(0, F_GET_SEALS));
  SHOW(memfd_create("x", 0x8000));
  char name[300];
  memset(name, 'n', sizeof name);
  name[249] = 0;
  SHOW_TRUE(memfd_create(name, 0) > 0);
  name[249] = 'n';
  name[250] = 0;
  SHOW(memfd_create(name, 0));
  SHOW(memfd_create((char *)16, 0));
  // Opened again by its name in /proc, with a position of its own.
  int again = open(path, O_RDONLY);
  char text[8] = {0};
  SHOW(read(again, text, 4));
  printf("%s\n", text);
  SHOW(lseek(fd, 0, SEEK_CUR));
  return 0;
}
