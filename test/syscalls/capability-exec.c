// needs: root
// Capabilities across execve: root's, the bounding set, ambient ones, SECBIT_NOROOT, another real user.
#include "report.h"
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

static void show_sets(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data)) die("capget");
  printf("after: e %x p %x i %x keep %d bits %d ambient %d%d\n", data[0].effective & 0xffff,
         data[0].permitted & 0xffff, data[0].inheritable & 0xffff, prctl(PR_GET_KEEPCAPS),
         prctl(PR_GET_SECUREBITS), prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0),
         prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0));
}
static void start(unsigned e, unsigned p, unsigned i) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{e, p, i}, {}};
  if (syscall(SYS_capset, &header, data)) die("capset");
}
static void again(void) {
  execl("/proc/self/exe", "again", "again", NULL);
  die("exec");
}

int main(int argc, char **argv) {
  if (argc > 1) {
    show_sets();
    return 0;
  }
  // The bounding set of the machine may be smaller than all.
  for (int i = 8; i < 41; i++)
    if (i != CAP_SETPCAP) prctl(PR_CAPBSET_DROP, i);
  IN_CHILD("root gets all again", {
    start(0x10, 0x1ff, 0);
    again();
  });
  IN_CHILD("bounding set", {
    SHOW(prctl(PR_CAPBSET_READ, CAP_KILL));
    SHOW(prctl(PR_CAPBSET_DROP, CAP_KILL));
    SHOW(prctl(PR_CAPBSET_READ, CAP_KILL));
    SHOW(prctl(PR_CAPBSET_DROP, 41));
    SHOW(prctl(PR_CAPBSET_READ, 41));
    again();
  });
  IN_CHILD("inheritable beside the bounding set", {
    start(0x1ff, 0x1ff, 1 << CAP_KILL);
    SHOW(prctl(PR_CAPBSET_DROP, CAP_KILL));
    again();
  });
  IN_CHILD("another user has none", {
    start(0x1ff, 0x1ff, 0x1ff);
    prctl(PR_SET_KEEPCAPS, 1);
    SHOW(setuid(1000));
    start(0x1ff, 0x1ff, 0x1ff);
    again();
  });
  IN_CHILD("ambient", {
    start(0x1ff, 0x1ff, 1 << CAP_CHOWN);
    prctl(PR_SET_KEEPCAPS, 1);
    SHOW(setuid(1000));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 50, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 1, 0));
    SHOW(prctl(PR_CAP_AMBIENT, 9, CAP_CHOWN, 0, 0));
    again();
  });
  IN_CHILD("ambient, lowered", {
    start(0x1ff, 0x1ff, 3);
    prctl(PR_SET_KEEPCAPS, 1);
    SHOW(setuid(1000));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 1, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, 0, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 1, 0, 0));
    start(0x1fe, 0x1fe, 1);
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 1, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
    again();
  });
  IN_CHILD("root that is nobody special", {
    SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT));
    start(0x1ff, 0x1ff, 0);
    again();
  });
  IN_CHILD("real root, effective 1000", {
    SHOW(seteuid(1000));
    again();
  });
  IN_CHILD("effective root, real 1000", {
    SHOW(setreuid(1000, 0));
    again();
  });
  return 0;
}
