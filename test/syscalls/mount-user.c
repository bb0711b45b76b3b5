// What mounts, chroot and their like say to a user without rights, and to arguments that make no sense.
#include "report.h"
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/swap.h>

int main(void) {
  mkdir("point", 0777);
  chmod(".", 0777);
  if (geteuid() == 0 && (setgid(1000) || setuid(1000))) die("setuid");
  SHOW(mount("none", "point", "tmpfs", 0, NULL));
  SHOW(mount(".", "point", NULL, MS_BIND, NULL));
  SHOW(mount(NULL, "point", NULL, MS_REMOUNT | MS_RDONLY, NULL));
  SHOW(umount("point")), SHOW(umount2("point", MNT_DETACH)), SHOW(umount2("point", 0x1000));
  SHOW(chroot(".")), SHOW(chroot("nowhere")), SHOW(syscall(SYS_pivot_root, ".", "."));
  SHOW(reboot(0x12345)), SHOW(syscall(SYS_reboot, 0xfee1dead, 672274793, 0, 0)), SHOW(syscall(SYS_reboot, 1, 2, 3, 0));
  SHOW(swapon("point", 0)), SHOW(swapoff("point")), SHOW(syscall(SYS_acct, "point"));
  SHOW(syscall(SYS_vhangup));
  SHOW(syscall(SYS_settimeofday, &(struct timeval){1, 0}, NULL));
  SHOW(syscall(SYS_setns, 99, 0));
  return 0;
}
