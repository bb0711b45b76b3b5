// /proc/self/fd: what the links say, opening through them, listing, removed files.
#include "report.h"
#include <dirent.h>
#include <sys/eventfd.h>

static void link_of(int fd) {
  char path[64], target[512] = {};
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  if (readlink(path, target, sizeof target - 1) < 0) printf("%s\n", strerrorname_np(errno));
  else {
    char *digits = strchr(target, ':');
    if (digits && digits[1] == '[' && digits[2] >= '0' && digits[2] <= '9') strcpy(digits, ":[N]");
    char *base = target[0] == '/' ? strrchr(target, '/') : target;
    printf("%s\n", base);
  }
}

int main(void) {
  close_range(3, ~0u, 0);
  int pair[2], fd = open("file", O_RDWR | O_CREAT, 0600);
  pipe(pair), link_of(fd), unlink("file"), link_of(fd), link_of(pair[0]), link_of(eventfd(0, 0)), link_of(memfd_create("m", 0)), link_of(open("/dev/null", O_RDONLY)), link_of(99);
  char path[64];
  write(fd, "hidden", 6), snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  int again = open(path, O_RDONLY);
  char text[8] = {};
  SHOW(read(again, text, 8)), printf("%s\n", text);
  snprintf(path, sizeof path, "/proc/self/fd/%d", pair[0]), write(pair[1], "p", 1), again = open(path, O_RDONLY), SHOW(read(again, text, 1));
  int count = 0;
  DIR *dir = opendir("/proc/self/fd");
  for (struct dirent *e; (e = readdir(dir));) count += e->d_name[0] != '.';
  SHOW(count), SHOW(unlink("/proc/self/fd/0")), SHOW(access("/proc/self/fd/x", F_OK));
  struct stat info;
  SHOW(lstat(path, &info)), printf("%o\n", info.st_mode);
  return 0;
}
