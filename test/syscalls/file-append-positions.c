// O_APPEND against positions: pwrite, lseek, two writers, a copy, switching it off.
#include "report.h"

int main(void) {
  int one = open("file", O_RDWR | O_CREAT | O_APPEND, 0600), two = open("file", O_WRONLY | O_APPEND);
  SHOW(write(one, "one", 3)), SHOW(write(two, "two", 3)), SHOW(write(one, "three", 5));
  SHOW(lseek(one, 0, SEEK_CUR)), SHOW(lseek(two, 0, SEEK_CUR));
  SHOW(pwrite(one, "P", 1, 0)), show_file("file");
  SHOW(lseek(one, 0, SEEK_SET)), SHOW(write(one, "end", 3)), show_file("file");
  SHOW(fcntl(one, F_SETFL, 0)), SHOW(lseek(one, 0, SEEK_SET)), SHOW(write(one, "S", 1)), show_file("file");
  SHOW(ftruncate(two, 4)), SHOW(write(two, "!", 1)), show_file("file");
  return 0;
}
