// O_CREAT with O_EXCL, O_NOFOLLOW, O_DIRECTORY and O_TRUNC, over files, links and directories.
#include "report.h"

static void try(const char *path, int flags) {
  int fd = open(path, flags, 0600);
  printf("%s %#o: %s\n", path, flags, fd < 0 ? strerrorname_np(errno) : "ok");
  if (fd >= 0) close(fd);
}

int main(void) {
  make_file("file", "text", 0600), mkdir("dir", 0700), symlink("file", "link"), symlink("none", "dangling"), symlink("loop", "loop");
  static const int flags[] = {O_RDONLY, O_RDWR, O_CREAT | O_RDWR, O_CREAT | O_EXCL | O_RDWR, O_NOFOLLOW, O_DIRECTORY,
                              O_CREAT | O_NOFOLLOW | O_RDWR, O_DIRECTORY | O_NOFOLLOW, O_TRUNC};
  static const char *const paths[] = {"file", "dir", "link", "loop", "file/", "dir/", "missing/x"};
  for (int p = 0; p < 7; p++)
    for (int f = 0; f < 9; f++) try(paths[p], flags[f]);
  try("dangling", O_RDONLY), try("dangling", O_CREAT | O_EXCL), try("dangling", O_NOFOLLOW), try("dangling", O_CREAT), try("none", O_RDONLY);
  show_file("file");
  return 0;
}
