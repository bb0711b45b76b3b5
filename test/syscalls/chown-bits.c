// chown and chmod with set-id bits: what a write, a chown and a truncate take away.
#include "report.h"
#include <grp.h>

static void show_mode(const char *label) {
  struct stat info;
  stat("file", &info);
  printf("%s: %o\n", label, info.st_mode & 07777);
}

int main(void) {
  if (geteuid() == 0 && (chmod(".", 0777) || setgroups(0, NULL) || setgid(1000) || setuid(1000))) die("setuid");
  int fd = open("file", O_CREAT | O_RDWR, 0600);
  fchmod(fd, 06755), show_mode("chmod"), write(fd, "x", 1), show_mode("write");
  fchmod(fd, 06745), write(fd, "x", 1), show_mode("write without group x");
  fchmod(fd, 06755), SHOW(fchown(fd, -1, getgid())), show_mode("chown to the same");
  fchmod(fd, 06755), SHOW(fchown(fd, -1, -1)), show_mode("chown to nothing");
  fchmod(fd, 06755), ftruncate(fd, 0), show_mode("truncate");
  SHOW(fchown(fd, 0, -1)), SHOW(fchown(fd, -1, 0)), SHOW(chown("nowhere", -1, -1)), SHOW(fchown(99, -1, -1));
  SHOW(fchmod(99, 0)), SHOW(chmod("nowhere", 0)), SHOW(chmod("/", 0)), SHOW(fchmodat(AT_FDCWD, "file", 0600, 0x1));
  return 0;
}
