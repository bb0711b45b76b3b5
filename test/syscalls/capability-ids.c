// needs: root
// Capabilities when user ids change: to and from root, PR_SET_KEEPCAPS, SECBIT_NO_SETUID_FIXUP, setfsuid.
#include "report.h"
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>

static void show_sets(const char *label) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data)) die("capget");
  printf("%s: e %08x p %08x i %08x\n", label, data[0].effective, data[0].permitted, data[0].inheritable);
}
static void start(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0x81fffff, 0x81fffff, 0}, {}};
  if (syscall(SYS_capset, &header, data)) die("capset");
}

int main(void) {
  IN_CHILD("setuid", {
    start();
    SHOW(setuid(1000));
    show_sets("1000");
    SHOW(setuid(0));
  });
  IN_CHILD("seteuid", {
    start();
    SHOW(seteuid(1000));
    show_sets("effective 1000");
    SHOW(setuid(1001));
    SHOW(seteuid(0));
    show_sets("effective 0");
  });
  IN_CHILD("setresuid", {
    start();
    SHOW(setresuid(1000, -1, -1));
    show_sets("real 1000");
    SHOW(setresuid(-1, 1000, -1));
    show_sets("real and effective 1000");
    SHOW(setresuid(-1, -1, 1000));
    show_sets("all 1000");
  });
  IN_CHILD("keep", {
    start();
    SHOW(prctl(PR_GET_KEEPCAPS));
    SHOW(prctl(PR_SET_KEEPCAPS, 1));
    SHOW(prctl(PR_GET_KEEPCAPS));
    SHOW(prctl(PR_GET_SECUREBITS));
    SHOW(setuid(1000));
    show_sets("1000");
    SHOW(setuid(1001));
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{0x80, 0x80, 0}, {}};
    SHOW(syscall(SYS_capset, &header, data));
    SHOW(setuid(1001));
    show_sets("1001");
    SHOW(setgid(1001));
    SHOW(prctl(PR_SET_KEEPCAPS, 2));
  });
  IN_CHILD("no fixup", {
    start();
    SHOW(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP));
    SHOW(setuid(1000));
    show_sets("1000");
    SHOW(setuid(0));
    show_sets("0");
  });
  IN_CHILD("setfsuid", {
    start();
    setfsuid(1000);
    show_sets("files of 1000");
    SHOW(setfsuid(-1));
    make_file("mine", "", 0600);
    struct stat info;
    stat("mine", &info);
    SHOW(info.st_uid);
    setfsuid(0);
    show_sets("files of 0");
  });
  return 0;
}
