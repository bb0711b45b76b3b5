// getdents64 and getdents: contents, positions, rewinding, small buffers.
#include "report.h"
#include <dirent.h>

static int by_name(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *label, const char *path) {
  DIR *folder = opendir(path);
  char *names[64];
  int count = 0;
  for (struct dirent *e; (e = readdir(folder)) != NULL;) {
    char *entry;
    struct stat s;
    fstatat(dirfd(folder), e->d_name, &s, AT_SYMLINK_NOFOLLOW);
    asprintf(&entry, "%s(%d%s)", e->d_name, e->d_type, s.st_ino == e->d_ino || !strcmp(e->d_name, "..") ? "" : "?");
    names[count++] = entry;
  }
  closedir(folder);
  qsort(names, count, sizeof *names, by_name);
  printf("%s:", label);
  for (int i = 0; i < count; i++) printf(" %s", names[i]);
  printf("\n");
}

int main(void) {
  char buffer[4096], name[300];
  mkdir("many", 0755);
  for (int i = 0; i < 30; i++) {
    sprintf(name, "many/file-%02d", i);
    make_file(name, "", 0644);
  }
  list("empty", ".");
  mkdir("kinds", 0755);
  make_file("kinds/file", "", 0644);
  mkdir("kinds/folder", 0755);
  symlink("x", "kinds/link");
  list("kinds", "kinds");
  list("many", "many");
  DIR *folder = opendir("many");
  int count = 0, removed = 0;
  for (struct dirent *e; (e = readdir(folder)) != NULL; count++)
    if (e->d_name[0] != '.' && unlinkat(dirfd(folder), e->d_name, 0) == 0) removed++;
  printf("%d entries, %d removed\n", count, removed);
  make_file("many/late", "", 0644);
  rewinddir(folder);
  count = 0;
  while (readdir(folder)) count++;
  printf("%d after rewind\n", count);
  closedir(folder);

  int fd = open("many", O_RDONLY);
  SHOW(syscall(SYS_getdents64, fd, buffer, 10));
  SHOW(syscall(SYS_getdents64, fd, (void *)8, 4096));
  long got = 0, total = 0, calls = 0;
  while ((got = syscall(SYS_getdents64, fd, buffer, 32)) > 0) total += got, calls++;
  printf("%ld bytes in %ld calls, then %ld\n", total, calls, got);
  SHOW(lseek(fd, 0, SEEK_SET));
  got = syscall(SYS_getdents, fd, buffer, sizeof buffer);
  printf("%ld\n", got);
  for (long at = 0; at < got;) {
    struct { unsigned long ino, off; unsigned short reclen; char name[]; } *e = (void *)(buffer + at);
    if (e->name[0] != '.') printf("%s type %d length %d\n", e->name, buffer[at + e->reclen - 1], e->reclen);
    at += e->reclen;
  }
  SHOW(read(fd, buffer, 1));
  SHOW(write(fd, buffer, 1));
  SHOW(lseek(fd, -1, SEEK_SET));
  int file = open("many/late", O_RDONLY);
  SHOW(syscall(SYS_getdents64, file, buffer, sizeof buffer));
  SHOW(syscall(SYS_getdents64, 99, buffer, sizeof buffer));
  memset(name, 'x', 255);
  name[255] = 0;
  SHOW_TRUE(openat(fd, name, O_CREAT | O_WRONLY, 0600) >= 0);
  char odd[] = "many/\xff\xfe \n\xc3";
  make_file(odd, "odd", 0644);
  DIR *d = opendir("many");
  for (struct dirent *e; (e = readdir(d)) != NULL;)
    if ((unsigned char)e->d_name[0] == 0xff) printf("odd name of %d bytes\n", (int)strlen(e->d_name));
  struct stat s;
  SHOW(stat(odd, &s));
  return 0;
}
