// rename, renameat2: replacing, refusing, exchanging; open files and folders follow.
#include "report.h"
#include <dirent.h>

static int by_name(const struct dirent **a, const struct dirent **b) { return strcmp((*a)->d_name, (*b)->d_name); }
static void below(const char *path) {
  struct dirent **entries;
  int count = scandir(path, &entries, NULL, by_name);
  for (int i = 0; i < count; i++) {
    char name[512];
    if (entries[i]->d_name[0] == '.') continue;
    sprintf(name, "%s/%s", path, entries[i]->d_name);
    printf("%s ", name);
    if (entries[i]->d_type == DT_DIR) below(name);
  }
}
static void tree(void) {
  below(".");
  printf("\n");
}

int main(void) {
  char text[512];
  make_file("a", "A", 0644);
  make_file("b", "B", 0644);
  mkdir("d", 0755);
  mkdir("e", 0755);
  mkdir("d/sub", 0755);
  make_file("d/sub/f", "F", 0644);
  SHOW(rename("a", "c"));
  SHOW(rename("c", "b"));
  show_file("b");
  SHOW(rename("missing", "x"));
  SHOW(rename("b", "missing/x"));
  SHOW(rename("b", "d"));
  SHOW(rename("b", "d/"));
  SHOW(rename("b/", "x"));
  SHOW(rename("b", "x/"));
  SHOW(rename("d", "b"));
  SHOW(rename("e", "d"));
  SHOW(rename("d", "d/sub/x"));
  SHOW(rename("d", "d/x"));
  SHOW(rename("d/sub", "d"));
  SHOW(rename("d", "e"));
  SHOW(rename("e", "d/"));
  SHOW(rename(".", "x"));
  SHOW(rename("d", "."));
  SHOW(rename("d/..", "x"));
  SHOW(rename("", "x"));
  SHOW(rename("b", ""));
  SHOW(rename("/", "x"));
  SHOW(rename("d", "/"));
  link("b", "same");
  SHOW(rename("b", "same"));
  tree();
  symlink("d", "link");
  SHOW(rename("link", "moved"));
  SHOW(rename("moved/", "x"));
  SHOW(rename("b", "moved"));
  show_file("moved");
  tree();
  SHOW(syscall(SYS_renameat2, AT_FDCWD, "same", AT_FDCWD, "moved", 1));
  SHOW(syscall(SYS_renameat2, AT_FDCWD, "same", AT_FDCWD, "fresh", 1));
  SHOW(syscall(SYS_renameat2, AT_FDCWD, "same", AT_FDCWD, "moved", 3));
  SHOW(syscall(SYS_renameat2, AT_FDCWD, "same", AT_FDCWD, "moved", 8));
  SHOW(renameat(99, "a", AT_FDCWD, "b"));

  // A working folder and open files move along.
  int fd = open("d/sub/f", O_RDONLY);
  SHOW(chdir("d/sub"));
  SHOW(rename("../../d", "../../z"));
  getcwd(text, sizeof text);
  printf("%s\n", strrchr(text, '/') - 2);
  show_file("f");
  sprintf(text, "/proc/self/fd/%d", fd);
  char target[512] = "";
  readlink(text, target, sizeof target);
  printf("%s\n", strstr(target, "/z/"));
  SHOW(chdir("../.."));
  SHOW(rename("z/sub/f", "top"));
  memset(target, 0, sizeof target);
  readlink(text, target, sizeof target);
  printf("%s\n", strrchr(target, '/'));
  int folder = open("z/sub", O_RDONLY);
  rename("z/sub", "up");
  SHOW(openat(folder, "made", O_WRONLY | O_CREAT, 0600) >= 0);
  tree();
  return 0;
}
