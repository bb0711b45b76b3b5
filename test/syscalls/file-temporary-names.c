// O_TMPFILE: no name, giving it one, O_EXCL, what it needs.
#include "report.h"

int main(void) {
  // A file system in memory: not every host has such files.
  char path[64], folder[32];
  snprintf(folder, sizeof folder, "/dev/shm/case-%d", getpid());
  if (mkdir(folder, 0700) || chdir(folder)) die(folder);
  int fd = open(".", O_TMPFILE | O_RDWR, 0640);
  struct stat info;
  fstat(fd, &info), SHOW(info.st_nlink), printf("%o\n", info.st_mode), SHOW(write(fd, "hidden", 6));
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW)), fstat(fd, &info), SHOW(info.st_nlink), show_file("named");
  SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "again", AT_SYMLINK_FOLLOW));
  fd = open(".", O_TMPFILE | O_RDWR | O_EXCL, 0600), snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "no", AT_SYMLINK_FOLLOW));
  SHOW(open(".", O_TMPFILE | O_RDONLY, 0600)), SHOW(open("nowhere", O_TMPFILE | O_RDWR, 0600)), SHOW(open("named", O_TMPFILE | O_RDWR, 0600)), SHOW_OK(open(".", O_TMPFILE | O_WRONLY, 0));
  unlink("named"), unlink("again"), SHOW(rmdir(folder));
  return 0;
}
