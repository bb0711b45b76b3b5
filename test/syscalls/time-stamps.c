// utimensat, futimens, utimes and utime: UTIME_NOW, UTIME_OMIT, ranges, symlinks, refusals.
#include "report.h"
#include <sys/time.h>
#include <utime.h>

static void times(const char *path) {
  struct stat info;
  lstat(path, &info);
  printf("%s: %ld.%09ld %ld.%09ld\n", path, (long)info.st_atim.tv_sec % 100000, info.st_atim.tv_nsec, (long)info.st_mtim.tv_sec % 100000, info.st_mtim.tv_nsec);
}

int main(void) {
  make_file("file", "", 0600), symlink("file", "link");
  struct timespec both[] = {{1000, 5000}, {2000, 7000}};
  SHOW(utimensat(AT_FDCWD, "file", both, 0)), times("file");
  both[0].tv_nsec = UTIME_OMIT, both[1] = (struct timespec){3000, 0};
  SHOW(utimensat(AT_FDCWD, "link", both, 0)), times("file");
  both[0] = (struct timespec){4000, 0}, both[1].tv_nsec = UTIME_OMIT;
  SHOW(utimensat(AT_FDCWD, "link", both, AT_SYMLINK_NOFOLLOW)), times("file");
  both[0].tv_nsec = 1000000000, SHOW(utimensat(AT_FDCWD, "file", both, 0)), both[0].tv_nsec = -1, SHOW(utimensat(AT_FDCWD, "file", both, 0));
  SHOW(utimes("file", (struct timeval[]){{10, 20}, {30, 40}})), times("file"), SHOW(utimes("file", (struct timeval[]){{10, 1000000}, {30, 40}}));
  SHOW(utime("file", &(struct utimbuf){50, 60})), times("file");
  SHOW(utimensat(AT_FDCWD, "nowhere", NULL, 0)), SHOW(utimensat(AT_FDCWD, "file", NULL, 0x1)), SHOW(futimens(99, NULL));
  struct stat info;
  SHOW(utimensat(AT_FDCWD, "file", NULL, 0)), stat("file", &info), SHOW_TRUE(info.st_mtim.tv_sec > 1000000000);
  return 0;
}
