// unlink and rmdir, open files without a name, folders that are gone.
#include "report.h"

int main(void) {
  char text[256];
  make_file("file", "hello", 0644);
  mkdir("folder", 0755);
  mkdir("full", 0755);
  make_file("full/x", "", 0644);
  symlink("folder", "link");
  SHOW(unlink("folder"));
  SHOW(unlink("folder/"));
  SHOW(unlink("file/"));
  SHOW(unlink("missing"));
  SHOW(unlink("missing/x"));
  SHOW(unlink("file/x"));
  SHOW(unlink(""));
  SHOW(unlink("."));
  SHOW(unlink("link/"));
  SHOW(rmdir("file"));
  SHOW(rmdir("full"));
  SHOW(rmdir("missing"));
  SHOW(rmdir("link"));
  SHOW(rmdir("link/"));
  SHOW(rmdir("."));
  SHOW(rmdir("folder/."));
  SHOW(rmdir("folder/.."));
  SHOW(rmdir(""));
  SHOW(unlinkat(AT_FDCWD, "folder", AT_REMOVEDIR));
  SHOW(unlinkat(AT_FDCWD, "file", AT_REMOVEDIR));
  SHOW(unlinkat(AT_FDCWD, "file", 1));
  SHOW(unlinkat(99, "file", 0));
  SHOW(unlink("link"));

  int fd = open("file", O_RDWR);
  link("file", "other");
  SHOW(unlink("file"));
  struct stat info;
  fstat(fd, &info);
  SHOW(info.st_nlink);
  SHOW(unlink("other"));
  fstat(fd, &info);
  SHOW(info.st_nlink);
  SHOW(pwrite(fd, "J", 1, 0));
  SHOW(pread(fd, text, 9, 0));
  printf("%.5s\n", text);
  char name[64];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  SHOW(linkat(AT_FDCWD, name, AT_FDCWD, "back", AT_SYMLINK_FOLLOW));
  SHOW_TRUE(readlink(name, text, sizeof text) > 10 && strstr(text, "other (deleted)") || strstr(text, "file (deleted)"));
  make_file("file", "new", 0644);
  show_file("file");
  pread(fd, text, 5, 0);
  printf("%.5s\n", text);
  char *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  printf("%.5s\n", map);
  close(fd);
  printf("%.5s\n", map);

  mkdir("gone", 0755);
  SHOW(chdir("gone"));
  SHOW(rmdir("../gone"));
  SHOW(syscall(SYS_getcwd, text, sizeof text));
  SHOW(open("x", O_WRONLY | O_CREAT, 0600));
  SHOW(mkdir("x", 0700));
  SHOW(access(".", F_OK));
  SHOW(open(".", O_RDONLY) >= 0);
  SHOW(chdir(".."));
  SHOW(access("full", F_OK));
  fd = open("full", O_RDONLY | O_DIRECTORY);
  unlink("full/x");
  rmdir("full");
  SHOW(syscall(SYS_getdents64, fd, text, sizeof text));
  SHOW(openat(fd, "x", O_WRONLY | O_CREAT, 0600));
  SHOW(fchdir(fd));
  return 0;
}
