// statx: masks, AT_EMPTY_PATH, flags, attributes of several kinds of files, refusals.
#include "report.h"
#include <sys/sysmacros.h>

static void show_statx(const char *label, int dir, const char *path, int flags, unsigned mask) {
  struct statx s = {};
  if (statx(dir, path, flags, mask, &s)) {
    printf("%s: %s\n", label, strerrorname_np(errno));
    return;
  }
  printf("%s: mode %o links %u size %llu owner %d times %d basic %d root %d\n", label, s.stx_mode, s.stx_nlink,
         (s.stx_mode & S_IFMT) == S_IFREG ? s.stx_size : 0ull, s.stx_uid == geteuid(), s.stx_mtime.tv_sec > 0,
         (s.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS, !!(s.stx_attributes & STATX_ATTR_MOUNT_ROOT));
}

int main(void) {
  umask(022);
  make_file("file", "12345", 0640);
  link("file", "hard");
  symlink("file", "link");
  mkdir("dir", 0750);
  mkfifo("fifo", 0600);
  int fd = open("file", O_RDONLY), dir = open("dir", O_RDONLY), path = open("link", O_PATH | O_NOFOLLOW);
  show_statx("file", AT_FDCWD, "file", 0, STATX_ALL);
  show_statx("link", AT_FDCWD, "link", 0, STATX_BASIC_STATS);
  show_statx("link itself", AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS);
  show_statx("fifo", AT_FDCWD, "fifo", 0, STATX_ALL);
  show_statx("descriptor", fd, "", AT_EMPTY_PATH, STATX_ALL);
  show_statx("O_PATH of a link", path, "", AT_EMPTY_PATH, STATX_ALL);
  show_statx("empty without the flag", fd, "", 0, STATX_ALL);
  show_statx("from a directory", dir, "../file", 0, STATX_ALL);
  show_statx("from a file", fd, "x", 0, STATX_ALL);
  show_statx("AT_STATX_DONT_SYNC", AT_FDCWD, "file", AT_STATX_DONT_SYNC, STATX_ALL);
  show_statx("AT_STATX_FORCE_SYNC", AT_FDCWD, "file", AT_STATX_FORCE_SYNC, STATX_ALL);
  show_statx("both", AT_FDCWD, "file", AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, STATX_ALL);
  show_statx("an unknown flag", AT_FDCWD, "file", 0x10000, STATX_ALL);
  show_statx("STATX__RESERVED", AT_FDCWD, "file", 0, 0x80000000);
  show_statx("nowhere", AT_FDCWD, "nowhere", 0, STATX_ALL);
  show_statx("no descriptor", 99, "", AT_EMPTY_PATH, STATX_ALL);
  struct statx null;
  SHOW(statx(AT_FDCWD, "/dev/null", 0, STATX_ALL, &null));
  printf("%u:%u %o\n", null.stx_rdev_major, null.stx_rdev_minor, null.stx_mode & S_IFMT);
  SHOW(syscall(SYS_statx, AT_FDCWD, "file", 0, STATX_ALL, 8));
  return 0;
}
