// Seals of memory files: each alone, what it stops, F_SEAL_FUTURE_WRITE with a mapping that is there, MFD_* flags.
#include "report.h"

#ifndef F_SEAL_EXEC
#define F_SEAL_EXEC 0x20
#endif

static void with(const char *label, int seal) {
  int fd = memfd_create("sealed", MFD_ALLOW_SEALING);
  char bytes[8] = "abcdefg";
  write(fd, bytes, 8);
  ftruncate(fd, PAGE);
  printf("-- %s\n", label);
  SHOW(fcntl(fd, F_ADD_SEALS, seal));
  SHOW(pwrite(fd, bytes, 8, 0)), SHOW(pwrite(fd, bytes, 8, PAGE)), SHOW(ftruncate(fd, PAGE / 2));
  SHOW(ftruncate(fd, 2 * PAGE)), SHOW(ftruncate(fd, PAGE));
  SHOW(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE));
  SHOW(fallocate(fd, 0, 0, 3 * PAGE));
  char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  SHOW_OK((long)shared);
  char *reading = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  SHOW_OK((long)reading);
  SHOW(mprotect(reading, PAGE, PROT_READ | PROT_WRITE));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL)), SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
  printf("%#x\n", fcntl(fd, F_GET_SEALS));
  close(fd);
}

int main(void) {
  with("none", 0);
  with("F_SEAL_SHRINK", F_SEAL_SHRINK);
  with("F_SEAL_GROW", F_SEAL_GROW);
  with("F_SEAL_WRITE", F_SEAL_WRITE);
  with("F_SEAL_FUTURE_WRITE", F_SEAL_FUTURE_WRITE);
  int fd = memfd_create("mapped", MFD_ALLOW_SEALING);
  ftruncate(fd, PAGE);
  char *map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
  map[0] = 'm';
  char byte;
  SHOW(pread(fd, &byte, 1, 0)), SHOW(byte);
  SHOW(fcntl(fd, F_ADD_SEALS, 0x1000));
  int reader = open("/proc/self/exe", O_RDONLY);
  SHOW(fcntl(reader, F_GET_SEALS)), SHOW(fcntl(reader, F_ADD_SEALS, F_SEAL_WRITE));
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", memfd_create("ro", MFD_ALLOW_SEALING));
  reader = open(path, O_RDONLY);
  SHOW(fcntl(reader, F_ADD_SEALS, F_SEAL_WRITE)), SHOW(fcntl(reader, F_GET_SEALS));
  return 0;
}
