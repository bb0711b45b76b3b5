// The working directory and descriptors as bases: chdir, fchdir, getcwd, *at with every kind of base.
#include "report.h"

int main(void) {
  char text[4200];
  mkdir("a", 0755);
  mkdir("a/b", 0755);
  make_file("a/file", "x", 0644);
  symlink("a/b", "link");
  struct stat here, there;
  stat(".", &here);
  SHOW(chdir("link"));
  getcwd(text, sizeof text);
  printf("%s\n", text + strlen(text) - 4);
  SHOW(chdir(".."));
  getcwd(text, sizeof text);
  printf("%s\n", text + strlen(text) - 2);
  SHOW(chdir("file"));
  SHOW(chdir("missing"));
  SHOW(chdir(""));
  SHOW(chdir("../link/../.."));
  stat(".", &there);
  SHOW_TRUE(here.st_ino == there.st_ino);
  SHOW(syscall(SYS_getcwd, text, 3));
  SHOW(syscall(SYS_getcwd, (void *)8, 4096));
  long length = syscall(SYS_getcwd, text, sizeof text);
  SHOW_TRUE(length == (long)strlen(text) + 1);
  SHOW(syscall(SYS_getcwd, text, length - 1));
  SHOW_TRUE(syscall(SYS_getcwd, text, length) == length);

  int a = open("a", O_RDONLY), file = open("a/file", O_RDONLY);
  SHOW(fchdir(file));
  SHOW(fchdir(99));
  SHOW(faccessat(a, "file", F_OK, 0));
  SHOW(faccessat(file, "x", F_OK, 0));
  SHOW(faccessat(file, "/", F_OK, 0));
  SHOW(faccessat(99, "/", F_OK, 0));
  SHOW(faccessat(99, "x", F_OK, 0));
  SHOW(faccessat(a, "", F_OK, 0));
  SHOW(faccessat(file, "", R_OK, AT_EMPTY_PATH));
  SHOW(syscall(SYS_faccessat2, file, "", R_OK, 0x8000));
  SHOW(faccessat(a, "..", F_OK, 0));
  SHOW(fstatat(a, "../a/b", &there, 0));
  SHOW(mkdirat(a, "c", 0755));
  SHOW(symlinkat("file", a, "l"));
  SHOW(fstatat(a, "l", &there, AT_SYMLINK_NOFOLLOW));
  SHOW(S_ISLNK(there.st_mode));
  SHOW(fstatat(a, "l", &there, 0));
  SHOW(there.st_size);
  SHOW(fstatat(file, "", &there, AT_EMPTY_PATH));
  SHOW(fstatat(file, "", &there, 0));
  SHOW(fstatat(a, "l", &there, 1));
  SHOW(renameat(a, "l", AT_FDCWD, "l2"));
  SHOW(unlinkat(a, "c", AT_REMOVEDIR));
  SHOW(fchdir(a));
  SHOW(access("file", F_OK));
  chdir("..");

  // Forty links are followed, not one more.
  make_file("end", "deep", 0644);
  symlink("end", "n0");
  for (int i = 1; i <= 41; i++) {
    char from[8], to[8];
    sprintf(to, "n%d", i - 1);
    sprintf(from, "n%d", i);
    symlink(to, from);
  }
  SHOW(stat("n39", &there));
  SHOW(stat("n40", &there));
  SHOW(lstat("n40", &there));
  SHOW(stat("n39/", &there));
  symlink(".", "self");
  strcpy(text, "self");
  for (int i = 0; i < 38; i++) strcat(text, "/self");
  strcat(text, "/end");
  SHOW(stat(text, &there));
  strcpy(text, "self/self/");
  for (int i = 0; i < 38; i++) strcat(text, "self/");
  strcat(text, "end");
  SHOW(stat(text, &there));
  strcat(text, "/");
  SHOW(access("/proc/self/root/proc", F_OK));
  SHOW(access("/proc/self/cwd/end", F_OK));
  SHOW(access("/proc/self/cwd/end/", F_OK));
  char target[64];
  SHOW(readlink("/proc/self/root", target, sizeof target));
  return 0;
}
