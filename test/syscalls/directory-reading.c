// getdents64 and readdir positions: rewinding, seeking to a position, small buffers, names that go.
#include "report.h"
#include <dirent.h>

int main(void) {
  mkdir("d", 0700);
  char path[32];
  for (int i = 0; i < 20; i++) snprintf(path, sizeof path, "d/file-%02d", i), make_file(path, "", 0600);
  DIR *dir = opendir("d");
  int count = 0;
  long middle = 0;
  char after[64] = {};
  struct dirent *entry;
  while ((entry = readdir(dir))) {
    if (++count == 10) middle = telldir(dir);
    if (count == 11) strcpy(after, entry->d_name);
  }
  SHOW(count);
  seekdir(dir, middle), entry = readdir(dir), SHOW(strcmp(entry->d_name, after));
  rewinddir(dir), count = 0;
  unlink("d/file-19");
  while ((entry = readdir(dir))) count++;
  SHOW(count);
  int fd = dirfd(dir);
  char buffer[64];
  lseek(fd, 0, SEEK_SET);
  SHOW(syscall(SYS_getdents64, fd, buffer, 8)), SHOW_TRUE(syscall(SYS_getdents64, fd, buffer, 64) > 0);
  SHOW(syscall(SYS_getdents64, 0, buffer, 64)), SHOW(syscall(SYS_getdents64, 99, buffer, 64)), SHOW(read(fd, buffer, 1));
  rmdir("d");
  SHOW(rmdir("d"));
  return 0;
}
