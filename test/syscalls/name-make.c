// mkdir, mknod, symlink, link: what they make and every refusal.
#include "report.h"

static void show_mode(const char *path) {
  struct stat s;
  if (lstat(path, &s)) printf("%s: %s\n", path, strerrorname_np(errno));
  else printf("%s: %o links %d size %ld\n", path, s.st_mode, (int)s.st_nlink, S_ISDIR(s.st_mode) ? 0L : (long)s.st_size);
}

int main(void) {
  umask(022);
  make_file("file", "hello", 0644);
  SHOW(mkdir("folder", 07777));
  show_mode("folder");
  SHOW(mkdir("folder", 0755));
  SHOW(mkdir("file", 0755));
  SHOW(mkdir("slash///", 0755));
  show_mode("slash");
  SHOW(mkdir("missing/x", 0755));
  SHOW(mkdir("file/x", 0755));
  SHOW(mkdir("", 0755));
  SHOW(mkdir("/", 0755));
  SHOW(mkdir(".", 0755));
  SHOW(mkdir("folder/..", 0755));
  SHOW(mkdir("folder/.", 0755));
  SHOW(mkdir("missing/.", 0755));
  symlink("nowhere", "dangling");
  SHOW(mkdir("dangling", 0755));
  SHOW(mkdir("dangling/", 0755));
  chmod("folder", 02755);
  SHOW(mkdir("folder/sub", 0755));
  show_mode("folder/sub");
  show_mode("folder");

  SHOW(symlink("anything at all", "link"));
  show_mode("link");
  SHOW(symlink("x", "link"));
  SHOW(symlink("", "empty"));
  SHOW(symlink("x", "folder/"));
  SHOW(symlink("x", "new/"));
  SHOW(symlink("x", "missing/l"));
  char text[64] = "";
  SHOW(readlink("link", text, sizeof text));
  printf("%s\n", text);
  memset(text, 0, sizeof text);
  SHOW(readlink("link", text, 3));
  printf("%s\n", text);
  SHOW(readlink("file", text, 3));
  SHOW(readlink("folder", text, 3));
  SHOW(readlink("missing", text, 3));
  SHOW(readlink("link", text, 0));
  SHOW(readlink("link/", text, 3));

  SHOW(link("file", "hard"));
  show_mode("file");
  SHOW(link("file", "hard"));
  SHOW(link("file", "folder/"));
  SHOW(link("file", "new/"));
  SHOW(link("folder", "hard-folder"));
  SHOW(link("missing", "x"));
  SHOW(link("file/", "x"));
  SHOW(link("link", "hard-link"));
  show_mode("hard-link");
  SHOW(linkat(AT_FDCWD, "link", AT_FDCWD, "x", AT_SYMLINK_FOLLOW));
  symlink("file", "to-file");
  SHOW(linkat(AT_FDCWD, "to-file", AT_FDCWD, "followed", AT_SYMLINK_FOLLOW));
  show_mode("followed");
  SHOW(linkat(AT_FDCWD, "file", AT_FDCWD, "x", 1));
  SHOW(link("file", "dangling"));

  SHOW(mknod("pipe", S_IFIFO | 0666, 0));
  show_mode("pipe");
  SHOW(mknod("plain", 0640, 0));
  show_mode("plain");
  SHOW(mknod("plain", S_IFREG, 0));
  SHOW(mknod("socket", S_IFSOCK | 0600, 0));
  show_mode("socket");
  SHOW(open("socket", O_RDONLY));
  SHOW(mknod("dir", S_IFDIR | 0700, 0));
  SHOW(mknod("odd", S_IFLNK | 0700, 0));
  SHOW(mkfifo("pipe", 0666));
  SHOW(unlink("pipe"));
  SHOW(unlink("socket"));
  SHOW(umask(0777));
  SHOW(umask(-1));
  SHOW(umask(022));
  return 0;
}
