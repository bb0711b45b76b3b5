// utimensat and its older forms: explicit times, now, omit; ctime follows; nothing for O_PATH.
#include "report.h"
#include <sys/time.h>
#include <utime.h>

static void show_times(const char *path) {
  struct stat s;
  lstat(path, &s);
  time_t now = time(NULL);
  char a[40], m[40];
  snprintf(a, sizeof a, s.st_atime > now - 100 ? "now" : "%ld.%06ld", (long)s.st_atime, s.st_atim.tv_nsec / 1000);
  snprintf(m, sizeof m, s.st_mtime > now - 100 ? "now" : "%ld.%06ld", (long)s.st_mtime, s.st_mtim.tv_nsec / 1000);
  printf("%s: %s %s %s\n", path, a, m, s.st_ctime > now - 100 ? "now" : "old");
}

int main(void) {
  make_file("file", "x", 0644);
  symlink("file", "link");
  struct timespec t[2] = {{1000000000, 123456000}, {1100000000, 654321000}};
  SHOW(utimensat(AT_FDCWD, "file", t, 0));
  show_times("file");
  t[0].tv_nsec = UTIME_OMIT;
  t[1].tv_sec = 1200000000;
  SHOW(utimensat(AT_FDCWD, "link", t, 0));
  show_times("file");
  t[0] = (struct timespec){5, 6000};
  t[1] = (struct timespec){7, 8000};
  SHOW(utimensat(AT_FDCWD, "link", t, AT_SYMLINK_NOFOLLOW));
  show_times("link");
  show_times("file");
  t[0].tv_nsec = UTIME_NOW;
  t[1].tv_nsec = UTIME_OMIT;
  SHOW(utimensat(AT_FDCWD, "file", t, 0));
  show_times("file");
  t[0].tv_nsec = UTIME_OMIT;
  SHOW(utimensat(AT_FDCWD, "missing", t, 0));
  t[0].tv_nsec = 1000000000;
  SHOW(utimensat(AT_FDCWD, "file", t, 0));
  t[0].tv_nsec = -1;
  SHOW(utimensat(AT_FDCWD, "file", t, 0));
  SHOW(utimensat(AT_FDCWD, "missing", NULL, 0));
  SHOW(utimensat(AT_FDCWD, "file", NULL, 5));
  SHOW(utimensat(AT_FDCWD, "file", NULL, 0));
  show_times("file");
  int fd = open("file", O_RDONLY);
  t[0] = t[1] = (struct timespec){42, 0};
  SHOW(futimens(fd, t));
  show_times("file");
  int path = open("file", O_PATH);
  SHOW(syscall(SYS_utimensat, path, NULL, NULL, 0));
  SHOW(syscall(SYS_utimensat, AT_FDCWD, NULL, NULL, 0));
  struct utimbuf b = {77, 88};
  SHOW(syscall(SYS_utime, "file", &b));
  show_times("file");
  struct timeval v[2] = {{99, 5}, {111, 999999}};
  SHOW(syscall(SYS_utimes, "file", v));
  show_times("file");
  v[1].tv_usec = 1000000;
  SHOW(syscall(SYS_utimes, "file", v));
  SHOW(syscall(SYS_utimes, "file", NULL));
  show_times("file");
  SHOW(syscall(SYS_futimesat, AT_FDCWD, "file", (void *)8));
  long long wide[4] = {3000000000LL, 500000, 4000000000LL, 0};
  SHOW(syscall(SYS_utimensat_time64, AT_FDCWD, "file", wide, 0));
  return 0;
}
