// needs: root
// Permission bits as an ordinary user meets them: search, read, write, sticky folders, ownership, set-id bits.
#include "report.h"
#include <grp.h>
#include <utime.h>

static void become(int uid, int gid) {
  setgroups(0, NULL);
  setresgid(gid, gid, gid);
  setresuid(uid, uid, uid);
}
static void mode_of(const char *path) {
  struct stat s;
  if (lstat(path, &s)) printf("%s: %s\n", path, strerrorname_np(errno));
  else printf("%s: %o %d:%d\n", path, s.st_mode, (int)s.st_uid, (int)s.st_gid);
}

int main(void) {
  umask(0);
  chmod(".", 0755);
  mkdir("closed", 0700);
  make_file("closed/x", "x", 0666);
  mkdir("search", 0711);
  make_file("search/x", "x", 0644);
  mkdir("listed", 0744);
  make_file("listed/x", "x", 0644);
  mkdir("open", 0777);
  mkdir("sticky", 01777);
  make_file("sticky/root", "x", 0666);
  mkdir("group", 0770);
  chown("group", 0, 100);
  mkdir("setgid", 02777);
  chown("setgid", 0, 100);
  make_file("secret", "x", 0600);
  make_file("public", "x", 0666);
  make_file("theirs", "x", 0600);
  chown("theirs", 1000, 1000);
  make_file("set-id", "x", 06777);
  chown("set-id", 1000, 1000);
  mode_of("set-id");
  chmod("set-id", 06777);
  IN_CHILD("user 1000", {
    become(1000, 1000);
    SHOW(open("closed/x", O_RDONLY));
    SHOW(stat("closed/x", &(struct stat){}));
    SHOW(open("search/x", O_RDONLY) >= 0);
    SHOW(open("search", O_RDONLY));
    SHOW(open("listed", O_RDONLY) >= 0);
    SHOW(open("listed/x", O_RDONLY));
    SHOW(chdir("listed"));
    SHOW(open("secret", O_RDONLY));
    SHOW(open("secret", O_PATH) >= 0);
    SHOW(open("public", O_RDWR) >= 0);
    SHOW(open("public", O_RDONLY | O_NOATIME));
    SHOW(open("new", O_WRONLY | O_CREAT, 0600));
    SHOW(mkdir("new", 0700));
    SHOW(unlink("public"));
    SHOW(rename("public", "open/public"));
    SHOW(open("open/mine", O_WRONLY | O_CREAT, 0600) >= 0);
    mode_of("open/mine");
    SHOW(open("sticky/mine", O_WRONLY | O_CREAT, 0600) >= 0);
    SHOW(unlink("sticky/root"));
    SHOW(rename("sticky/root", "sticky/other"));
    SHOW(rename("sticky/mine", "sticky/root"));
    SHOW(unlink("sticky/mine"));
    SHOW(open("group/x", O_WRONLY | O_CREAT, 0600));
    SHOW(mkdir("setgid/sub", 0755));
    mode_of("setgid/sub");
    SHOW(open("setgid/file", O_WRONLY | O_CREAT, 0644) >= 0);
    mode_of("setgid/file");
    SHOW(chmod("public", 0600));
    SHOW(chmod("theirs", 02755));
    mode_of("theirs");
    SHOW(chown("theirs", 1001, -1));
    SHOW(chown("theirs", -1, 100));
    SHOW(chown("theirs", 1000, 1000));
    SHOW(chown("theirs", -1, -1));
    mode_of("theirs");
    SHOW(truncate("secret", 0));
    SHOW(utimensat(AT_FDCWD, "public", NULL, 0));
    SHOW(utimensat(AT_FDCWD, "public", (struct timespec[2]){{1, 0}, {1, 0}}, 0));
    SHOW(utimensat(AT_FDCWD, "secret", NULL, 0));
    SHOW(access("secret", R_OK));
    SHOW(access("public", R_OK | W_OK));
    SHOW(access("public", X_OK));
    SHOW(access("closed/x", F_OK));
    SHOW(mknod("open/device", S_IFCHR | 0600, 0x103));
    SHOW(chroot("open"));
    SHOW(link("public", "open/hard"));
    int fd = open("set-id", O_WRONLY);
    mode_of("set-id");
    SHOW(write(fd, "y", 1));
    mode_of("set-id");
    chmod("set-id", 04744);
    SHOW(ftruncate(fd, 0));
    mode_of("set-id");
    chmod("set-id", 04744);
    SHOW(close(open("set-id", O_WRONLY | O_TRUNC)));
    mode_of("set-id");
    chmod("theirs", 0077);
    SHOW(open("theirs", O_RDONLY));
  });
  IN_CHILD("group 100", {
    gid_t more[] = {100};
    setgroups(1, more);
    setresgid(7, 7, 7);
    setresuid(1001, 1001, 1001);
    SHOW(open("group/x", O_WRONLY | O_CREAT, 0600) >= 0);
    SHOW(chmod("group/x", 02770));
    SHOW(chown("group/x", -1, 100));
    SHOW(chmod("group/x", 02770));
    mode_of("group/x");
  });
  IN_CHILD("real and effective", {
    setresuid(1000, 0, 0);
    SHOW(access("secret", R_OK));
    SHOW(faccessat(AT_FDCWD, "secret", R_OK, AT_EACCESS));
    SHOW(open("secret", O_RDONLY) >= 0);
  });
  chmod("secret", 0);
  SHOW(open("secret", O_RDWR) >= 0);
  SHOW(access("secret", X_OK));
  SHOW(access("secret", R_OK | W_OK));
  IN_CHILD("chroot", {
    SHOW(chroot("search"));
    SHOW(access("/x", F_OK));
    SHOW(chdir("/"));
    SHOW(access("../../x", F_OK));
    SHOW(chroot("missing"));
    SHOW(chroot("x"));
  });
  return 0;
}
