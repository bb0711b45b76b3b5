// truncate and ftruncate: what they refuse, executables that run, directories, sizes.
#include "report.h"

int main(void) {
  make_file("file", "0123456789", 0600), mkdir("dir", 0700), symlink("file", "link");
  int reader = open("file", O_RDONLY), writer = open("file", O_WRONLY), pair[2];
  pipe(pair);
  SHOW(truncate("file", 4)), SHOW(truncate("link", 3)), SHOW(truncate("file", -1)), SHOW(truncate("dir", 1)), SHOW(truncate("nowhere", 1)), SHOW(truncate("", 1)), SHOW(truncate("file/", 1)), SHOW(truncate((char *)8, 1));
  SHOW(ftruncate(writer, 6)), SHOW(ftruncate(writer, -1)), SHOW(ftruncate(reader, 1)), SHOW(ftruncate(pair[1], 1)), SHOW(ftruncate(99, 1)), SHOW(ftruncate(open("dir", O_RDONLY), 1)), SHOW(truncate("/proc/self/exe", 1));
  SHOW(open("/proc/self/exe", O_WRONLY)), show_file("file");
  return 0;
}
