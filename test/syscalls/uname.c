// uname in its three forms, and where what it says is seen.
#include "report.h"
#include <sys/utsname.h>

int main(void) {
  struct utsname name;
  SHOW(uname(&name));
  printf("%s %s\n", name.sysname, name.machine);
  SHOW_TRUE(strlen(name.nodename) > 0 && strlen(name.release) > 0 && strlen(name.version) > 0);
  SHOW_TRUE(name.release[0] >= '4' || name.release[1] != '.');
  SHOW(syscall(SYS_uname, (void *)16));
  struct { char word[5][65]; } old;
  SHOW(syscall(SYS_uname, &old));
  SHOW_TRUE(strcmp(old.word[4], name.machine) == 0);
  struct { char word[5][9]; } oldest;
  SHOW(syscall(SYS_oldolduname, &oldest));
  printf("%.9s %.9s\n", oldest.word[0], oldest.word[4]);
  char host[65];
  SHOW(gethostname(host, sizeof host));
  SHOW_TRUE(strcmp(host, name.nodename) == 0);
  return 0;
}
