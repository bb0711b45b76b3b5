// getrandom: sizes, flags, bad addresses; /dev/urandom and /dev/zero beside it.
#include "report.h"
#include <sys/random.h>

int main(void) {
  unsigned char one[64] = {}, two[64] = {};
  SHOW(getrandom(one, 64, 0)), SHOW(getrandom(two, 64, GRND_NONBLOCK)), SHOW_TRUE(memcmp(one, two, 64) != 0);
  SHOW(getrandom(one, 0, 0)), SHOW(getrandom(one, 10, GRND_RANDOM)), SHOW(getrandom(one, 10, GRND_INSECURE));
  SHOW(getrandom(one, 10, 8)), SHOW(getrandom(one, 10, GRND_RANDOM | GRND_INSECURE)), SHOW(getrandom((void *)8, 10, 0));
  int fd = open("/dev/urandom", O_RDONLY), zero = open("/dev/zero", O_RDWR), full = open("/dev/full", O_RDWR), null = open("/dev/null", O_RDWR);
  SHOW(read(fd, one, 64)), SHOW_TRUE(memcmp(one, two, 64) != 0), SHOW(read(zero, one, 64)), SHOW(one[63]), SHOW(write(zero, one, 64));
  SHOW(write(full, one, 1)), SHOW(read(full, two, 4)), SHOW(two[0]), SHOW(read(null, one, 1)), SHOW(write(null, one, 64));
  SHOW(lseek(null, 100, SEEK_SET)), SHOW(lseek(zero, 5, SEEK_CUR)), SHOW(ftruncate(null, 0)), SHOW(fsync(null));
  return 0;
}
