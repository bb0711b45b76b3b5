// sysinfo, uname, sysconf and their files: what must agree, and bad addresses.
#include "report.h"
#include <sched.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>

int main(void) {
  struct sysinfo info;
  struct utsname name;
  SHOW(sysinfo(&info)), SHOW_TRUE(info.totalram > 0 && info.freeram <= info.totalram && info.mem_unit >= 1 && info.procs > 0);
  SHOW(uname(&name)), SHOW(strcmp(name.sysname, "Linux")), SHOW(strcmp(name.machine, "i686"));
  SHOW(syscall(SYS_uname, 8)), SHOW(syscall(SYS_sysinfo, 8));
  char text[256] = {};
  int fd = open("/proc/sys/kernel/osrelease", O_RDONLY);
  read(fd, text, sizeof text), text[strcspn(text, "\n")] = 0, SHOW(strcmp(text, name.release));
  cpu_set_t set;
  SHOW(sched_getaffinity(0, sizeof set, &set)), SHOW_TRUE(CPU_COUNT(&set) == sysconf(_SC_NPROCESSORS_ONLN) || CPU_COUNT(&set) >= 1);
  unsigned cpu = 99, node = 99;
  SHOW(getcpu(&cpu, &node)), SHOW_TRUE(cpu < 64 && node == 0), SHOW(syscall(SYS_getcpu, NULL, NULL, NULL)), SHOW(sysconf(_SC_PAGESIZE)), SHOW(sysconf(_SC_CLK_TCK));
  CPU_ZERO(&set);
  SHOW(sched_setaffinity(0, sizeof set, &set)), SHOW(sched_setaffinity(1 << 22, sizeof set, &set)), SHOW(sched_getaffinity(0, 3, &set));
  return 0;
}
