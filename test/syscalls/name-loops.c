// Symbolic links: chains, rings, dangling ones, in the middle and at the end of a name.
#include "report.h"

int main(void) {
  char from[16], to[16];
  make_file("target", "target", 0600);
  symlink("target", "l0");
  for (int i = 1; i <= 45; i++) {
    snprintf(from, sizeof from, "l%d", i);
    snprintf(to, sizeof to, "l%d", i - 1);
    symlink(to, from);
  }
  SHOW(access("l38", F_OK));
  SHOW(access("l39", F_OK));
  SHOW(access("l40", F_OK));
  SHOW(access("l45", F_OK));
  symlink("self", "self");
  SHOW(open("self", O_RDONLY));
  SHOW(open("self", O_RDONLY | O_NOFOLLOW));
  SHOW(open("l0", O_RDONLY | O_NOFOLLOW));
  SHOW(open("self/x", O_RDONLY));
  mkdir("folder", 0700);
  make_file("folder/inside", "inside", 0600);
  symlink("folder", "door");
  symlink("folder/", "door-slash");
  SHOW(access("door/inside", F_OK));
  SHOW(access("door-slash/inside", F_OK));
  SHOW(access("door/../target", F_OK));
  SHOW(access("l0/", F_OK));
  SHOW(access("target/", F_OK));
  SHOW(access("door/", F_OK));
  struct stat status;
  SHOW(lstat("door", &status) + S_ISLNK(status.st_mode));
  SHOW(lstat("door/", &status) + S_ISLNK(status.st_mode));
  SHOW(rmdir("door"));
  SHOW(rmdir("door/"));
  SHOW(unlink("door/"));
  SHOW(mkdir("door", 0700));
  symlink("new", "dangling");
  SHOW(mkdir("dangling", 0700));
  SHOW(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0600));
  SHOW(open("dangling", O_CREAT | O_WRONLY, 0600) > 0);
  SHOW(access("new", F_OK));
  symlink("none/below", "deep");
  SHOW(open("deep", O_CREAT | O_WRONLY, 0600));
  SHOW(symlink("", "empty"));
  SHOW(symlink("x", ""));
  SHOW(symlink("x", "l0"));
  char text[16] = {0};
  SHOW(readlink("l1", text, 1));
  SHOW(readlink("l1", text, 0));
  SHOW(readlink("target", text, 16));
  SHOW(rename("l0", "l0-moved"));
  SHOW(readlink("l0-moved", text, 16));
  SHOW(link("door", "hard") + lstat("hard", &status) + S_ISLNK(status.st_mode));
  SHOW(linkat(AT_FDCWD, "l0-moved", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW));
  SHOW(lstat("followed", &status) + S_ISREG(status.st_mode) + (int)status.st_nlink);
  SHOW(chdir("door"));
  SHOW(access("inside", F_OK));
  SHOW(access("../target", F_OK));
  return 0;
}
