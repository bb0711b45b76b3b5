#include "report.h"
#include <sys/random.h>
#include <sys/sysinfo.h>

int main(void) {
  struct sysinfo info;
  SHOW(sysinfo(&info));
  SHOW_TRUE(info.totalram > 0 && info.freeram > 0 && info.mem_unit > 0 && info.procs > 0);
  SHOW(syscall(SYS_sysinfo, (void *)16));
  char a[16], b[16];
  SHOW(getrandom(a, 16, 0));
  SHOW(getrandom(b, 16, GRND_NONBLOCK));
  SHOW_TRUE(memcmp(a, b, 16) != 0);
  SHOW(getrandom(a, 0, 0));
  SHOW(getrandom(a, 16, 0x80));
  SHOW(syscall(SYS_getrandom, (void *)16, 16, 0));
  SHOW(getpagesize());
  SHOW(syscall(SYS_get_robust_list, 0, (void *)16, (void *)16));
  unsigned cpu, node;
  SHOW(syscall(SYS_getcpu, &cpu, &node, NULL));
  SHOW(node);
  SHOW(syscall(9999));
  SHOW(syscall(-1));
  SHOW(syscall(SYS_gtty));
  SHOW(syscall(SYS_ulimit));
  sync();
  SHOW(getdomainname(a, 16) == 0);
  SHOW(syscall(SYS_time, NULL) > 1000000000);
  int when = 0;
  SHOW(syscall(SYS_time, &when) == when);
  SHOW(syscall(SYS_time, 16));
  return 0;
}
