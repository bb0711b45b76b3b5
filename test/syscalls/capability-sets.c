// needs: root
// capget and capset: the sets of root, dropping and raising, what may not come back.
#include "report.h"
#include <linux/capability.h>
#include <sys/prctl.h>

static void show_sets(const char *label) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data)) die("capget");
  printf("%s: e %x%08x p %x%08x i %x%08x\n", label, data[1].effective, data[0].effective, data[1].permitted,
         data[0].permitted, data[1].inheritable, data[0].inheritable);
}
static int set(unsigned e, unsigned p, unsigned i, unsigned high) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{e, p, i}, {high, high, 0}};
  return syscall(SYS_capset, &header, data);
}

int main(void) {
  // A known start, whatever the machine withholds.
  SHOW(set(0xffff, 0xffff, 0, 0));
  show_sets("start");
  SHOW(set(0xff, 0xffff, 0, 0));
  show_sets("less effective");
  SHOW(set(0xffff, 0xffff, 0, 0));
  SHOW(set(0xffff, 0xff, 0, 0));
  SHOW(set(0xf0, 0xff, 0, 0));
  show_sets("less permitted");
  SHOW(set(0xff, 0xfff, 0, 0));
  SHOW(set(0x1ff, 0xff, 0, 0));
  SHOW(set(0xf0, 0xff, 0x0f, 0));
  show_sets("inheritable");
  SHOW(set(0xf0, 0xff, 0xff00, 0));
  SHOW(set(0, 0xff, 0x0f, 0));
  show_sets("none effective");
  SHOW(set(0, 0, 0x0f, 0));
  show_sets("none");
  SHOW(set(0, 0, 0x1f, 0));
  SHOW(set(0, 0, 0, 0));
  SHOW(set(0, 0, 1, 0));

  struct __user_cap_header_struct header = {0x12345678, 0};
  struct __user_cap_data_struct data[2] = {};
  SHOW(syscall(SYS_capget, &header, data));
  SHOW_TRUE(header.version == _LINUX_CAPABILITY_VERSION_3);
  header.version = 1;
  SHOW(syscall(SYS_capget, &header, NULL));
  header.version = 1;
  SHOW(syscall(SYS_capset, &header, data));
  header.version = _LINUX_CAPABILITY_VERSION_1;
  SHOW(syscall(SYS_capget, &header, data));
  header.pid = -1;
  SHOW(syscall(SYS_capget, &header, data));
  header.pid = 1 << 22;
  SHOW(syscall(SYS_capget, &header, data));
  header.pid = getppid();
  SHOW(syscall(SYS_capset, &header, data));
  header.pid = getpid();
  SHOW(syscall(SYS_capset, &header, data));
  SHOW(syscall(SYS_capget, &header, 8));
  SHOW(syscall(SYS_capget, 8, data));
  return 0;
}
