// The stat calls, old and new, tell the same; statx; statfs of memory file systems; access.
#include "report.h"
#include <sys/vfs.h>
#include <sys/sysmacros.h>

int main(void) {
  make_file("file", "hello world", 0641);
  symlink("file", "link");
  mkdir("folder", 0755);
  struct stat s, l;
  SHOW(stat("file", &s));
  printf("%o %d %ld %d\n", s.st_mode, (int)s.st_nlink, (long)s.st_size, (int)s.st_blksize);
  SHOW_TRUE(s.st_uid == getuid() && s.st_gid == getgid());
  SHOW_TRUE(s.st_blocks > 0 && s.st_blocks <= 16);
  SHOW(lstat("link", &l));
  printf("%o %ld\n", l.st_mode, (long)l.st_size);
  SHOW(lstat("link/", &l));
  SHOW(syscall(SYS_stat64, "file", 8));
  SHOW(stat((void *)8, &s));
  SHOW(fstat(99, &s));
  struct { unsigned long dev, ino; unsigned short mode, nlink, uid, gid; unsigned long rdev, size, blksize, blocks, atime, an, mtime, mn, ctime, cn, x[2]; } k;
  SHOW(syscall(SYS_stat, "file", &k));
  printf("%o %d %ld %ld\n", k.mode, k.nlink, k.size, k.blksize);
  SHOW_TRUE((time_t)k.mtime == s.st_mtime && (long)k.mn == s.st_mtim.tv_nsec && k.ino == (unsigned long)s.st_ino);
  struct statx x;
  memset(&x, 0xff, sizeof x);
  SHOW(statx(AT_FDCWD, "file", 0, STATX_BASIC_STATS, &x));
  printf("%o %u %llu mask %d\n", x.stx_mode, x.stx_nlink, (long long)x.stx_size, (x.stx_mask & 0x7ff) == 0x7ff);
  SHOW_TRUE(x.stx_ino == s.st_ino && x.stx_mtime.tv_sec == s.st_mtime && x.stx_mtime.tv_nsec == (unsigned)s.st_mtim.tv_nsec);
  SHOW_TRUE(makedev(x.stx_dev_major, x.stx_dev_minor) == s.st_dev);
  SHOW(statx(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_TYPE, &x));
  SHOW_TRUE(S_ISLNK(x.stx_mode));
  SHOW(statx(AT_FDCWD, "", AT_EMPTY_PATH, STATX_TYPE, &x));
  SHOW_TRUE(S_ISDIR(x.stx_mode));
  SHOW(statx(AT_FDCWD, "", 0, STATX_TYPE, &x));
  SHOW(statx(AT_FDCWD, "file", 0x6000, STATX_TYPE, &x));
  SHOW(statx(AT_FDCWD, "file", 0, 0x80000000, &x));
  SHOW(statx(AT_FDCWD, "file", 1, 0, &x));
  SHOW(stat("/dev/null", &s));
  printf("%o %d:%d\n", s.st_mode, major(s.st_rdev), minor(s.st_rdev));
  SHOW(stat("/dev/zero", &s));
  printf("%d:%d\n", major(s.st_rdev), minor(s.st_rdev));
  int ends[2];
  pipe(ends);
  fstat(ends[0], &s);
  printf("pipe %o %ld %d\n", s.st_mode, (long)s.st_size, (int)s.st_blksize);

  SHOW(access("file", F_OK));
  SHOW(access("file", R_OK | W_OK));
  SHOW(access("missing", F_OK));
  SHOW(access("file", 8));
  SHOW(access("file", -1));
  SHOW(access("link", R_OK));
  SHOW(access("folder", X_OK));
  chmod("file", 0600);
  SHOW(access("file", X_OK));
  chmod("file", 0100);
  SHOW(access("file", X_OK));

  struct statfs f;
  SHOW(statfs("/dev/shm", &f));
  printf("%lx %ld %ld\n", (long)f.f_type, (long)f.f_bsize, (long)f.f_namelen);
  SHOW_TRUE(f.f_bfree <= f.f_blocks && f.f_blocks > 0);
  SHOW(statfs("/proc", &f));
  printf("%lx\n", (long)f.f_type);
  SHOW(fstatfs(ends[0], &f));
  printf("%lx\n", (long)f.f_type);
  SHOW(statfs("missing", &f));
  SHOW(syscall(SYS_statfs64, "/dev/shm", 80, &f));
  struct statfs64 g;
  SHOW(syscall(SYS_statfs64, "/dev/shm", sizeof g, &g));
  printf("%lx\n", (long)g.f_type);
  SHOW(chmod("missing", 0));
  SHOW(fchmodat(AT_FDCWD, "link", 0604, 0));
  stat("file", &s);
  printf("%o\n", s.st_mode);
  SHOW(syscall(SYS_chmod, "file", 0177777));
  stat("file", &s);
  printf("%o\n", s.st_mode);
  SHOW(fchownat(AT_FDCWD, "link", -1, -1, 0));
  SHOW(chown("file", getuid(), getgid()));
  stat("file", &s);
  printf("%o\n", s.st_mode);
  SHOW(chown("missing", -1, -1));
  SHOW(fchownat(AT_FDCWD, "file", -1, -1, 1));
  return 0;
}
