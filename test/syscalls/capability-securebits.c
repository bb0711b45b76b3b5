// needs: root
// PR_SET_SECUREBITS: bits, their locks, who may.
#include "report.h"
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>

int main(void) {
  SHOW(prctl(PR_GET_SECUREBITS));
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT));
  SHOW(prctl(PR_GET_SECUREBITS));
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED));
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT));
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT_LOCKED));
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS));
  SHOW(prctl(PR_GET_KEEPCAPS));
  SHOW(prctl(PR_SET_KEEPCAPS, 0));
  SHOW(prctl(PR_GET_SECUREBITS));
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED));
  SHOW(prctl(PR_SET_KEEPCAPS, 1));
  SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE));
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0xff, 0xff, 0xff}, {}};
  SHOW(syscall(SYS_capset, &header, data));
  SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
  SHOW(prctl(PR_SET_SECUREBITS, 0x2f));
  SHOW(prctl(PR_CAPBSET_DROP, CAP_CHOWN));
  SHOW(prctl(PR_SET_SECUREBITS, 0x1000));
  return 0;
}
