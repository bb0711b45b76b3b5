// renameat2: RENAME_NOREPLACE, RENAME_EXCHANGE, flags that do not go together.
#include "report.h"

int main(void) {
  // A file system in memory: not every host can exchange.
  char folder[32];
  snprintf(folder, sizeof folder, "/dev/shm/case-%d", getpid());
  if (mkdir(folder, 0700) || chdir(folder)) die(folder);
  make_file("a", "a", 0600), make_file("b", "b", 0600), mkdir("d", 0700), make_file("d/in", "in", 0600);
  SHOW(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_NOREPLACE));
  SHOW(renameat2(AT_FDCWD, "a", AT_FDCWD, "c", RENAME_NOREPLACE));
  SHOW(renameat2(AT_FDCWD, "c", AT_FDCWD, "b", RENAME_EXCHANGE));
  show_file("c"), show_file("b");
  SHOW(renameat2(AT_FDCWD, "c", AT_FDCWD, "d", RENAME_EXCHANGE));
  show_file("d"), show_file("c/in");
  SHOW(renameat2(AT_FDCWD, "c", AT_FDCWD, "nowhere", RENAME_EXCHANGE));
  SHOW(renameat2(AT_FDCWD, "c", AT_FDCWD, "c/in", RENAME_EXCHANGE));
  SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "d", RENAME_EXCHANGE | RENAME_NOREPLACE));
  SHOW(renameat2(AT_FDCWD, "b", AT_FDCWD, "d", 0x80));
  SHOW(renameat2(AT_FDCWD, "nowhere", AT_FDCWD, "d", RENAME_NOREPLACE));
  unlink("b"), unlink("d"), unlink("c/in"), rmdir("c"), unlink("c"), unlink("a"), unlink("d/in"), rmdir("d"), SHOW(rmdir(folder));
  return 0;
}
