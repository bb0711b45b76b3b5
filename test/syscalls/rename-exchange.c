// RENAME_EXCHANGE: two names change what they lead to, whatever it is; O_TMPFILE: a file without a name, which linkat
// gives one. Both in the working directory, whatever file system it is on.
#include "report.h"
#include <stdio.h>

static void show_kind(const char *name) {
  struct stat now;
  if (lstat(name, &now) != 0)
    printf("%s: %s\n", name, strerrorname_np(errno));
  else
    printf("%s: %s, %d links\n", name,
           S_ISDIR(now.st_mode) ? "directory" : S_ISLNK(now.st_mode) ? "symlink" : S_ISFIFO(now.st_mode) ? "fifo" : "file",
           S_ISDIR(now.st_mode) ? 0 : (int)now.st_nlink);
}
static int exchange(const char *a, const char *b) { return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE); }

int main(void) {
  make_file("a", "first", 0644), make_file("b", "second", 0600);
  mkdir("folder", 0755), make_file("folder/c", "third", 0644), symlink("a", "link"), mkfifo("fifo", 0644);
  int fd = open("a", O_RDONLY), directory = open("folder", O_RDONLY | O_DIRECTORY);
  char path[64], text[300];
  SHOW(exchange("a", "b")), show_file("a"), show_file("b");
  SHOW(exchange("a", "folder")), show_kind("a"), show_kind("folder"), show_file("a/c"), show_file("folder");
  SHOW(exchange("a", "a/c")), SHOW(exchange("a/c", "a"));
  SHOW(exchange("link", "a")), show_kind("a"), show_kind("link"), show_file("link/c");
  SHOW(exchange("link/c", "b")), show_file("link/c"), show_file("b");
  SHOW(exchange("fifo", "b")), show_kind("fifo"), show_kind("b");
  SHOW(exchange("fifo", "b")), show_kind("fifo"), show_kind("b");
  SHOW(exchange("b", "b")), SHOW(exchange("b", "missing")), SHOW(exchange("missing", "b"));
  SHOW(exchange("b/", "link")), SHOW(exchange("b", "link/"));
  // Descriptors stay with what they were opened for.
  SHOW(read(fd, text, sizeof text)), SHOW(faccessat(directory, "c", F_OK, 0));
  sprintf(path, "/proc/self/fd/%d", directory);
  text[readlink(path, text, sizeof text - 1)] = 0, printf("%s\n", strrchr(text, '/') + 1);

  SHOW(open("missing", O_TMPFILE | O_RDWR, 0640)), SHOW(open("b", O_TMPFILE | O_RDWR, 0640));
  SHOW(open(".", O_TMPFILE | O_RDONLY, 0640));
  int unnamed = open(".", O_TMPFILE | O_RDWR, 0640);
  struct stat now;
  SHOW_TRUE(unnamed >= 0), SHOW(write(unnamed, "without a name", 14));
  SHOW(fstat(unnamed, &now)), printf("%o %d %d\n", now.st_mode, (int)now.st_nlink, (int)now.st_size);
  sprintf(path, "/proc/self/fd/%d", unnamed);
  SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "b", AT_SYMLINK_FOLLOW));
  SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW)), show_kind("named"), show_file("named");
  SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "again", AT_SYMLINK_FOLLOW)), show_kind("again");
  SHOW(unlink("again")), SHOW(unlink("named"));
  SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
  SHOW(pread(unnamed, text, sizeof text, 0)), SHOW(ftruncate(unnamed, 3)), SHOW(fstat(unnamed, &now)), printf("%d %d\n", (int)now.st_nlink, (int)now.st_size);
  close(unnamed);
  unnamed = open(".", O_TMPFILE | O_WRONLY | O_EXCL, 0600);
  SHOW_TRUE(unnamed >= 0), sprintf(path, "/proc/self/fd/%d", unnamed);
  SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
  int other = open(path, O_RDONLY);
  SHOW_TRUE(other >= 0), SHOW(write(unnamed, "text", 4)), SHOW(read(other, text, sizeof text));
  SHOW(fchmod(unnamed, 0444)), SHOW(fstat(other, &now)), printf("%o\n", now.st_mode);
  return 0;
}
