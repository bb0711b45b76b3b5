// What is below a process's folder and below /proc/sys cannot be removed, renamed or added to: which error it is depends
// on where. The permission bits of /proc/sys bind root as well.
#include "report.h"

static void try(const char *name) {
  printf("%s\n", name);
  show("  unlink", unlink(name));
  show("  rmdir", rmdir(name));
  show("  rename", rename(name, "/proc/none"));
  show("  mkdir", mkdir(name, 0777));
  show("  write access", access(name, W_OK));
}

static void missing(const char *name) {
  printf("%s\n", name);
  show("  unlink", unlink(name));
  show("  rmdir", rmdir(name));
  show("  mkdir", mkdir(name, 0777));
  show("  create", open(name, O_CREAT | O_WRONLY, 0600));
  show("  symlink", symlink("x", name));
}

int main(void) {
  try("/proc/self/fd/0");
  try("/proc/self/fdinfo/0");
  try("/proc/thread-self/status");
  try("/proc/self/task/1000000");
  try("/proc/self/ns/uts");
  try("/proc/sys");
  try("/proc/sys/kernel");
  try("/proc/sys/kernel/ostype");
  try("/proc/sys/kernel/random/boot_id");
  try("/proc/uptime");
  try("/proc/self");
  try("/proc/fs");
  try("/proc/tty");
  try("/proc/tty/drivers");
  try("/proc/tty/driver");
  missing("/proc/sys/none");
  missing("/proc/sys/kernel/none");
  missing("/proc/tty/none");
  missing("/proc/self/fd/none");
  missing("/proc/self/fd/77");
  missing("/proc/none");
  show("open to write", open("/proc/sys/kernel/ostype", O_WRONLY));
  show("open to read and write", open("/proc/sys/kernel/random/uuid", O_RDWR));
  show("truncate", truncate("/proc/sys/kernel/ostype", 0));
  show("search of a file", access("/proc/sys/kernel/hostname", X_OK));
  show("chmod of a setting", chmod("/proc/sys/kernel/ostype", 0644));
  show("chmod of a folder", chmod("/proc/sys/kernel", 0755));
  show("chmod of the folder", chmod("/proc/sys", 0755));
  show("chown", chown("/proc/sys/kernel/ostype", 0, 0));
  show("times", utimensat(AT_FDCWD, "/proc/sys/kernel/ostype", NULL, 0));
  show("rename within", rename("/proc/sys/kernel/ostype", "/proc/sys/kernel/osrelease"));
  show("rename between", rename("/proc/self/fd/0", "/proc/self/fdinfo/0"));
  show("link", link("/proc/sys/kernel/ostype", "/proc/sys/kernel/none"));
  struct stat about;
  const char *folders[] = {"/proc/sys", "/proc/sys/kernel", "/proc/fs", "/proc/tty", "/proc/tty/drivers", "/proc/tty/driver", "/proc/tty/ldisc", "/proc/tty/ldiscs"};
  for (unsigned i = 0; i < sizeof folders / sizeof *folders; i++)
    if (show(folders[i], stat(folders[i], &about)) == 0) printf("  mode %o\n", about.st_mode);
  return 0;
}
