// Texts that say the same everywhere, and how such files are read.
#include "report.h"
#include <sys/statfs.h>
#include <sys/utsname.h>
static void show_match(const char *path, const char *expected) {
  char text[512];
  int fd = open(path, O_RDONLY);
  ssize_t count = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (count < 0) {
    printf("%s: %s\n", path, strerrorname_np(errno));
    return;
  }
  text[count] = 0;
  printf("%s: %s\n", path, strncmp(text, expected, strlen(expected)) ? "another text" : "as expected");
  close(fd);
}
int main(int argc, char **argv) {
  struct utsname name;
  uname(&name);
  show_match("/proc/sys/kernel/ostype", "Linux\n");
  show_match("/proc/sys/kernel/osrelease", name.release);
  show_match("/proc/sys/kernel/hostname", name.nodename);
  show_match("/proc/sys/kernel/version", name.version);
  show_match("/proc/version", "Linux version ");
  show_match("/proc/filesystems", "nodev\t");
  show_match("/proc/meminfo", "MemTotal:  ");
  show_match("/proc/stat", "cpu  ");
  show_match("/proc/cpuinfo", "processor\t: 0\n");
  show_match("/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
  show_match("/proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \nMax cpu time ");
  struct statfs fs;
  SHOW(statfs("/proc", &fs));
  SHOW((long)fs.f_type);
  SHOW(statfs("/dev/pts", &fs));
  SHOW((long)fs.f_type);
  struct stat st;
  SHOW(stat("/proc/version", &st));
  SHOW(st.st_size);
  SHOW(st.st_mode);
  int fd = open("/proc/self/cmdline", O_RDONLY);
  char text[512], again[512];
  ssize_t count = read(fd, text, sizeof text);
  SHOW_TRUE(count == (ssize_t)strlen(argv[0]) + 1 && !memcmp(text, argv[0], count));
  SHOW(read(fd, text, 10));
  SHOW(lseek(fd, 0, SEEK_SET));
  SHOW_TRUE(read(fd, again, sizeof again) == count);
  fd = open("/proc/sys/kernel/ostype", O_RDONLY);
  SHOW(read(fd, text, 3));
  SHOW(read(fd, text, 100));
  SHOW(pread(fd, text, 3, 2));
  printf("%.3s\n", text);
  setenv("SHOWN", "yes", 1);
  fd = open("/proc/self/auxv", O_RDONLY);
  unsigned words[2], found = 0;
  while (read(fd, words, 8) == 8 && words[0])
    if (words[0] == 6) found = words[1];
  SHOW(found);
  char first[40], second[40];
  fd = open("/proc/sys/kernel/random/uuid", O_RDONLY);
  SHOW(read(fd, first, 37));
  fd = open("/proc/sys/kernel/random/uuid", O_RDONLY);
  read(fd, second, 37);
  SHOW_TRUE(memcmp(first, second, 37) != 0 && first[8] == '-' && first[14] == '4' && first[36] == '\n');
  fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY);
  read(fd, first, 37);
  fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY);
  read(fd, second, 37);
  SHOW_TRUE(memcmp(first, second, 37) == 0);
  return 0;
}
