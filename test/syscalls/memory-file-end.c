// A file mapping and its end: SIGBUS behind it, zeros in the last page, after truncation and growth.
#include "report.h"
#include "fault.h"

int main(void) {
  make_file("file", "0123456789", 0600);
  int fd = open("file", O_RDWR);
  char *map = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  SHOW(map[9]), SHOW(map[10]), SHOW(map[PAGE - 1]);
  FAULT("second page", map, peek(map + PAGE));
  SHOW(ftruncate(fd, PAGE + 1));
  FAULT("grown", map, poke(map + PAGE, 'x'));
  FAULT("third page", map, peek(map + 2 * PAGE));
  char byte;
  SHOW(pread(fd, &byte, 1, PAGE)), SHOW(byte);
  SHOW(ftruncate(fd, 5));
  FAULT("shrunk", map, peek(map + PAGE));
  SHOW(map[4]), SHOW(map[5]);
  SHOW(ftruncate(fd, 10)), SHOW(map[5]), SHOW(map[9]);
  char *private = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  private[0] = 'P', map[1] = 'S';
  SHOW(pread(fd, &byte, 1, 0)), SHOW(byte), SHOW(private[1]);
  close(fd), SHOW(munmap(map, 3 * PAGE)), SHOW((long)mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
  return 0;
}
