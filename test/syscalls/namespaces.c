// Namespaces as a process sees them that makes none: the links in /proc, what they lead to, and what unshare, clone and
// setns answer whoever may not.
// needs: root
#include "report.h"
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/vfs.h>

#define NS_GET_USERNS 0xb701
#define NS_GET_PARENT 0xb702
#define NS_GET_NSTYPE 0xb703
#define NSFS_MAGIC 0x6e736673

static const struct kind {
  const char *name, *shown;
  int flag;
} kinds[] = {
    {"cgroup", "cgroup", CLONE_NEWCGROUP}, {"ipc", "ipc", CLONE_NEWIPC},   {"mnt", "mnt", CLONE_NEWNS},
    {"net", "net", CLONE_NEWNET},          {"pid", "pid", CLONE_NEWPID},   {"pid_for_children", "pid", CLONE_NEWPID},
    {"time", "time", 0x80},                {"time_for_children", "time", 0x80}, {"user", "user", CLONE_NEWUSER},
    {"uts", "uts", CLONE_NEWUTS},
};
#define KINDS (int)(sizeof kinds / sizeof *kinds)

static void show_links(void) {
  char path[64], text[64], wanted[64], other[64];
  struct stat link, now;
  struct statfs file_system;
  for (int i = 0; i < KINDS; i++) {
    sprintf(path, "/proc/self/ns/%s", kinds[i].name);
    memset(text, 0, sizeof text), memset(other, 0, sizeof other);
    if (readlink(path, text, sizeof text - 1) < 0 || lstat(path, &link) != 0 || stat(path, &now) != 0) die(path);
    sprintf(wanted, "%s:[%lu]", kinds[i].shown, (unsigned long)now.st_ino);
    int fd = open(path, O_RDONLY);
    printf("%s: %s, %o, %o, size %d, ", kinds[i].name, strcmp(text, wanted) == 0 ? "as its inode" : text, link.st_mode, now.st_mode, (int)now.st_size);
    printf("%s, type %s\n", fstatfs(fd, &file_system) == 0 && file_system.f_type == NSFS_MAGIC ? "nsfs" : "?", ioctl(fd, NS_GET_NSTYPE) == kinds[i].flag ? "of clone" : strerrorname_np(errno));
    sprintf(path, "/proc/%d/ns/%s", getppid(), kinds[i].name), readlink(path, other, sizeof other - 1);
    SHOW_TRUE(strcmp(text, other) == 0);
    close(fd);
  }
}

int main(void) {
  pid_t child = fork();
  if (child == 0) show_links(), _exit(0);
  show_end("links", child);
  int uts = open("/proc/self/ns/uts", O_RDONLY), plain = open("/proc/self/status", O_RDONLY);
  char text[16];
  SHOW(read(uts, text, sizeof text)), SHOW(write(uts, text, 1)), SHOW(open("/proc/self/ns/uts", O_RDWR)), SHOW(open("/proc/self/ns/none", O_RDONLY)), SHOW(mkdir("/proc/self/ns/new", 0700));
  SHOW(ioctl(uts, NS_GET_PARENT)), SHOW(ioctl(uts, 0xb7ff)), SHOW_TRUE(ioctl(uts, NS_GET_USERNS) >= 0 || errno == EPERM);
  SHOW(setns(uts, CLONE_NEWUTS)), SHOW(setns(uts, 0)), SHOW(setns(uts, CLONE_NEWIPC)), SHOW(setns(plain, 0)), SHOW(setns(99, 0)), SHOW(setns(uts, 1));
  SHOW(setns(open("/proc/self/ns/user", O_RDONLY), CLONE_NEWUSER));
  SHOW(unshare(0)), SHOW(unshare(0x1000)), SHOW(unshare(CLONE_FILES | CLONE_FS | CLONE_SYSVSEM));
  IN_CHILD("without privileges", {
    setgid(7), setuid(7);
    for (int i = 0; i < KINDS; i++)
      if (kinds[i].flag != CLONE_NEWUSER && strchr(kinds[i].name, '_') == NULL) {
        printf("%s: ", kinds[i].name), SHOW(unshare(kinds[i].flag));
        if (kinds[i].flag != 0x80) SHOW(syscall(SYS_clone, kinds[i].flag | SIGCHLD, 0, 0, 0, 0));
      }
    SHOW(syscall(SYS_clone, CLONE_NEWNS | CLONE_FS | SIGCHLD, 0, 0, 0, 0));
    SHOW(setns(uts, CLONE_NEWUTS)), SHOW(setns(uts, CLONE_NEWIPC)), SHOW(setns(plain, 0));
    SHOW_TRUE(readlink("/proc/self/ns/mnt", text, sizeof text) > 0), SHOW(readlink("/proc/1/ns/mnt", text, sizeof text));
    SHOW(sethostname("x", 1)), SHOW(umount("/proc"));
  });
  return 0;
}
