// faccessat2: AT_EACCESS, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, modes, refusals; access's own.
#include "report.h"

static void try(const char *label, int dir, const char *path, int mode, int flags) {
  show(label, syscall(SYS_faccessat2, dir, path, mode, flags));
}

int main(void) {
  make_file("file", "", 0644);
  make_file("program", "", 0755);
  symlink("nowhere", "dangling");
  mkdir("dir", 0755);
  int fd = open("file", O_RDONLY);
  try("F_OK", AT_FDCWD, "file", F_OK, 0);
  try("R_OK|W_OK", AT_FDCWD, "file", R_OK | W_OK, 0);
  try("X_OK of data", AT_FDCWD, "file", X_OK, 0);
  try("X_OK of a program", AT_FDCWD, "program", X_OK, 0);
  try("X_OK of a directory", AT_FDCWD, "dir", X_OK, 0);
  try("a dangling link", AT_FDCWD, "dangling", F_OK, 0);
  try("the link itself", AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW);
  try("AT_EACCESS", AT_FDCWD, "file", R_OK, AT_EACCESS);
  try("AT_EMPTY_PATH", fd, "", R_OK, AT_EMPTY_PATH);
  try("AT_EMPTY_PATH, cwd", AT_FDCWD, "", X_OK, AT_EMPTY_PATH);
  try("empty", fd, "", R_OK, 0);
  try("mode 8", AT_FDCWD, "file", 8, 0);
  try("flag 1", AT_FDCWD, "file", F_OK, 1);
  try("no descriptor", 99, "file", F_OK, 0);
  try("a file as directory", fd, "x", F_OK, 0);
  try("trailing slash", AT_FDCWD, "file/", F_OK, 0);
  try("bad address", AT_FDCWD, (char *)8, F_OK, 0);
  SHOW(access("", F_OK));
  SHOW(access("file", -1));
  SHOW(syscall(SYS_faccessat, AT_FDCWD, "file", R_OK, 0xffff));
  return 0;
}
