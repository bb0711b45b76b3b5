// Which of rename's errors comes first: directories before names, the old name before the new one.
#include "report.h"
#include <stdio.h>

int main(void) {
  char name[300];
  memset(name, 'n', sizeof name), name[256] = 0;
  make_file("file", "text", 0644), mkdir("folder", 0755);
  SHOW(rename("missing", name));
  SHOW(rename(name, "missing"));
  SHOW(rename("file", name));
  SHOW(rename("missing", "folder/."));
  SHOW(rename("missing", "."));
  SHOW(rename(".", name));
  SHOW(rename("missing", "nowhere/at all"));
  SHOW(rename("nowhere/at all", name));
  SHOW(rename("file/x", "other"));
  SHOW(rename("missing", "file/x"));
  SHOW(rename("missing", "/proc/self/x"));
  SHOW(rename("file", "/proc/x"));
  SHOW(rename("/proc/x", "/proc/y"));
  SHOW(renameat2(AT_FDCWD, "missing", AT_FDCWD, "file", RENAME_NOREPLACE));
  SHOW(renameat2(AT_FDCWD, "missing", AT_FDCWD, ".", RENAME_NOREPLACE));
  SHOW(renameat2(AT_FDCWD, "missing", AT_FDCWD, name, RENAME_EXCHANGE));
  SHOW(renameat2(AT_FDCWD, "file", AT_FDCWD, "missing", RENAME_EXCHANGE));
  SHOW(renameat2(AT_FDCWD, "file", AT_FDCWD, "folder", RENAME_EXCHANGE | RENAME_NOREPLACE));
  SHOW(rename("missing/", "file"));
  SHOW(rename("file", "folder"));
  SHOW(rename("folder", "file"));
  SHOW(rename("folder", "folder/below"));
  SHOW(link("missing", name));
  SHOW(link("file", name));
  SHOW(symlink("file", name));
  return 0;
}
