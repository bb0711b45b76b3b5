// Hard links: counts, names of one inode, links to links, directories, across what is not allowed.
#include "report.h"

static void count(const char *path) {
  struct stat info;
  printf("%s: %d\n", path, lstat(path, &info) ? -1 : (int)info.st_nlink);
}

int main(void) {
  make_file("a", "1", 0600), mkdir("d", 0700), symlink("a", "s");
  SHOW(link("a", "b")), count("a"), SHOW(link("a", "d/c")), count("b");
  SHOW(link("s", "s2")), count("s"), SHOW(linkat(AT_FDCWD, "s", AT_FDCWD, "t", AT_SYMLINK_FOLLOW)), count("a");
  SHOW(link("d", "e")), SHOW(link("nowhere", "x")), SHOW(link("a", "b")), SHOW(link("a", "d")), SHOW(link("a", "nowhere/x"));
  SHOW(linkat(AT_FDCWD, "a", AT_FDCWD, "y", 0x1)), SHOW(link("", "y")), SHOW(link("a", ""));
  SHOW(unlink("a")), count("b"), show_file("d/c"), mkdir("d/e", 0700), mkdir("d/f", 0700), count("d"), rmdir("d/e"), count("d");
  return 0;
}
