// Extended attributes, xattr(7), of files in memory (/dev/shm): setting, reading, listing, removing, whose they are, what
// kinds of files have them; what file systems without them answer.
// needs: root
#include "report.h"
#include <sys/socket.h>
#include <sys/xattr.h>

static char value[70000];

static void show_value(const char *label, ssize_t length) {
  if (length < 0)
    printf("%s: %s\n", label, strerrorname_np(errno));
  else
    printf("%s: \"%.*s\"\n", label, (int)length, value);
}
static int by_name(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }
/** The names that are not the security modules', in alphabetical order. */
static void show_list(const char *path) {
  char text[1000], *names[50];
  int count = 0;
  ssize_t length = llistxattr(path, text, sizeof text);
  if (length < 0) die("llistxattr");
  for (char *at = text; at < text + length; at += strlen(at) + 1)
    if (strncmp(at, "security.", 9) != 0) names[count++] = at;
  qsort(names, count, sizeof *names, by_name);
  printf("%s:", path);
  for (int i = 0; i < count; i++) printf(" %s", names[i]);
  puts("");
}

int main(void) {
  char folder[] = "/dev/shm/xattr-XXXXXX", name[300];
  if (mkdtemp(folder) == NULL || chdir(folder) != 0) die("mkdtemp");
  chmod(".", 0755);
  make_file("file", "text", 0644), mkdir("directory", 0755), symlink("file", "link"), mkfifo("fifo", 0644);
  show_list("file"), SHOW(getxattr("file", "user.one", value, 100));
  SHOW(setxattr("file", "user.one", "first", 5, 0)), show_value("user.one", getxattr("file", "user.one", value, 100));
  SHOW(getxattr("file", "user.one", NULL, 0)), SHOW(getxattr("file", "user.one", value, 4)), SHOW(getxattr("file", "user.one", value, 5));
  SHOW(setxattr("file", "user.one", "second", 6, XATTR_CREATE)), SHOW(setxattr("file", "user.two", "second", 6, XATTR_REPLACE));
  SHOW(setxattr("file", "user.one", "again", 5, XATTR_REPLACE)), SHOW(setxattr("file", "user.two", NULL, 0, XATTR_CREATE));
  SHOW(setxattr("file", "user.one", "x", 1, XATTR_CREATE | XATTR_REPLACE)), SHOW(setxattr("file", "user.three", "x", 1, 4));
  show_value("user.one", getxattr("file", "user.one", value, 100)), show_value("user.two", getxattr("file", "user.two", value, 100));
  SHOW(setxattr("file", "trusted.three", "3", 1, 0)), show_list("file");
  SHOW(listxattr("file", NULL, 0) >= 32), SHOW(listxattr("file", name, 3));
  SHOW(removexattr("file", "user.two")), SHOW(removexattr("file", "user.two")), show_list("file");
  // Names and sizes.
  SHOW(setxattr("file", "", "x", 1, 0)), SHOW(setxattr("file", "user.", "x", 1, 0)), SHOW(setxattr("file", "user", "x", 1, 0)), SHOW(setxattr("file", "other.x", "x", 1, 0));
  SHOW(getxattr("file", "", value, 1)), SHOW(getxattr("file", "user.", value, 1)), SHOW(getxattr("file", "other.x", value, 1)), SHOW(removexattr("file", "other.x")), SHOW(removexattr("file", ""));
  memset(name, 'n', sizeof name), memcpy(name, "user.", 5), name[255] = 0;
  SHOW(setxattr("file", name, "long", 4, 0)), SHOW(removexattr("file", name)), name[255] = 'n', name[256] = 0, SHOW(setxattr("file", name, "long", 4, 0)), SHOW(getxattr("file", name, value, 9));
  SHOW(setxattr("file", "user.big", value, 65536, 0)), SHOW(getxattr("file", "user.big", value, 70000)), SHOW(setxattr("file", "user.big", value, 65537, 0)), SHOW(removexattr("file", "user.big"));
  SHOW(setxattr("file", "user.bad", (void *)8, 4, 0)), SHOW(setxattr("file", (char *)8, "x", 1, 0)), SHOW(getxattr("file", "user.one", (void *)8, 10));
  SHOW(setxattr("missing", "user.one", "x", 1, 0)), SHOW(getxattr("file/x", "user.one", value, 1)), SHOW(listxattr("missing", NULL, 0));
  // Links, other kinds of files.
  show_value("by link", getxattr("link", "user.one", value, 100)), show_value("of link", lgetxattr("link", "user.one", value, 100));
  SHOW(lsetxattr("link", "user.x", "x", 1, 0)), SHOW(lsetxattr("link", "trusted.x", "x", 1, 0)), SHOW(lremovexattr("link", "user.x")), show_list("link");
  SHOW(setxattr("fifo", "user.x", "x", 1, 0)), SHOW(getxattr("fifo", "user.x", value, 1)), SHOW(setxattr("fifo", "trusted.x", "x", 1, 0));
  SHOW(setxattr("directory", "user.x", "d", 1, 0)), show_list("directory"), SHOW(setxattr("/dev/null", "user.x", "x", 1, 0)), SHOW(getxattr("/dev/null", "user.x", value, 1));
  // Descriptors.
  int fd = open("file", O_RDONLY), path = open("file", O_PATH), ends[2];
  pipe(ends);
  SHOW(fsetxattr(fd, "user.fd", "f", 1, 0)), show_value("by descriptor", fgetxattr(fd, "user.fd", value, 9)), SHOW(fremovexattr(fd, "user.fd")), SHOW(flistxattr(fd, NULL, 0) > 0);
  SHOW(fsetxattr(path, "user.fd", "f", 1, 0)), SHOW(fgetxattr(path, "user.one", value, 9)), SHOW(flistxattr(99, NULL, 0));
  SHOW(fsetxattr(ends[0], "user.x", "x", 1, 0)), SHOW(fgetxattr(ends[0], "user.x", value, 9)), SHOW(fgetxattr(ends[0], "trusted.x", value, 9)), SHOW(flistxattr(ends[0], NULL, 0));
  int memory = memfd_create("m", 0);
  SHOW(fsetxattr(memory, "user.x", "m", 1, 0)), show_value("memfd", fgetxattr(memory, "user.x", value, 9));
  // They belong to the file, not to its name.
  link("file", "other"), rename("file", "moved"), show_value("other", getxattr("other", "user.one", value, 100)), unlink("moved"), show_value("other", getxattr("other", "user.one", value, 100)), unlink("other");
  make_file("file", "text", 0644), show_list("file");
  // Not root.
  SHOW(setxattr("file", "user.one", "x", 1, 0)), SHOW(setxattr("file", "trusted.one", "x", 1, 0)), mkdir("sticky", 01777), chmod("sticky", 01777), make_file("secret", "text", 0600), setxattr("secret", "user.x", "x", 1, 0);
  IN_CHILD("another user", {
    setgid(7), setuid(7);
    SHOW(getxattr("file", "user.one", value, 9)), SHOW(setxattr("file", "user.one", "y", 1, 0)), SHOW(removexattr("file", "user.one"));
    SHOW(getxattr("file", "trusted.one", value, 9)), SHOW(setxattr("file", "trusted.one", "y", 1, 0)), show_list("file");
    SHOW(setxattr("sticky", "user.x", "x", 1, 0)), SHOW(getxattr("sticky", "user.x", value, 1)), SHOW(getxattr("secret", "user.x", value, 9)), show_list("secret");
    SHOW(setxattr("fifo", "user.x", "x", 1, 0));
  });
  // A file system without.
  SHOW(getxattr("/proc/version", "user.x", value, 9)), SHOW(setxattr("/proc/version", "user.x", "x", 1, 0)), SHOW(removexattr("/proc/version", "user.x")), SHOW(getxattr("/proc/version", "trusted.x", value, 9)), SHOW(listxattr("/proc/version", NULL, 0));
  unlink("file"), unlink("link"), unlink("fifo"), unlink("secret"), rmdir("directory"), rmdir("sticky"), rmdir(folder);
  return 0;
}
