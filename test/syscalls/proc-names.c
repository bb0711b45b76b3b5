// What cannot be done to the names of /proc: it has no files but its own. As for any file system, a name in the
// way is told of before the refusal. Files of /proc that nobody writes.
// needs: root
#include "report.h"
#include <sys/time.h>

/** What a write to a file that nobody writes answers. */
static void write_to(const char *path) {
  int fd = open(path, O_RDWR);
  printf("%s: %s\n", path, fd < 0 ? "not opened" : "opened");
  SHOW(write(fd, "1", 1)), SHOW(write(fd, "", 0)), SHOW(pwrite(fd, "1", 1, 0)), SHOW(ftruncate(fd, 0));
  close(fd);
}

int main(void) {
  make_file("mine", "text", 0644);
  SHOW(mkdir("/proc/new", 0755));
  SHOW(mkdir("/proc/self", 0755));
  SHOW(mkdir("/proc/self/new", 0755));
  SHOW(mkdir("/proc/self/fd/new", 0755));
  SHOW(mkdir("/proc/sys/new", 0755));
  SHOW(link("mine", "/proc/new"));
  SHOW(link("mine", "/proc/self"));
  SHOW(link("/proc/version", "new"));
  SHOW(link("/proc/version", "/proc/new"));
  SHOW(link("/proc/self/fd", "/proc/new"));
  SHOW(symlink("mine", "/proc/new"));
  SHOW(symlink("mine", "/proc/self"));
  SHOW(mknod("/proc/new", S_IFREG | 0644, 0));
  SHOW(mknod("/proc/new", S_IFIFO | 0644, 0));
  SHOW(open("/proc/new", O_CREAT | O_WRONLY, 0644));
  SHOW(open("/proc/self/new", O_CREAT | O_WRONLY, 0644));
  SHOW(open("/proc/self/fd/new", O_CREAT | O_WRONLY, 0644));
  SHOW(open("/proc", O_TMPFILE | O_RDWR, 0644));
  SHOW(open("/proc/version", O_CREAT | O_EXCL | O_WRONLY, 0644));
  SHOW(unlink("/proc/version"));
  SHOW(unlink("/proc/self/status"));
  SHOW(unlink("/proc/self/fd/0"));
  SHOW(rmdir("/proc/self/fd"));
  SHOW(rmdir("/proc/sys"));
  SHOW(rmdir("/proc/version"));
  SHOW(rename("/proc/version", "/proc/new"));
  SHOW(rename("/proc/version", "new"));
  SHOW(rename("mine", "/proc/new"));
  SHOW(rename("/proc/self/fd", "/proc/self/new"));
  SHOW(truncate("/proc/version", 0));
  SHOW(truncate("/proc/self/status", 9));
  SHOW(chmod("/proc/self/status", 0600));
  SHOW(chown("/proc/self/status", 7, 7));
  struct stat now;
  SHOW_TRUE(stat("/proc/self/status", &now) == 0 && now.st_uid == geteuid());
  SHOW(chmod("/proc/version", 0444));
  SHOW(utimes("/proc/self/status", NULL));
  write_to("/proc/self/limits");
  write_to("/proc/self/status");
  write_to("/proc/self/maps");
  write_to("/proc/self/mountinfo");
  write_to("/proc/version");
  write_to("/proc/meminfo");
  return 0;
}
