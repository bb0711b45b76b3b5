// Users and groups of a process without privileges of its own: reading, and changes that are always allowed.
#include "report.h"

int main(void) {
  uid_t real, effective, saved;
  gid_t group, effective_group, saved_group;
  SHOW(getresuid(&real, &effective, &saved));
  SHOW_TRUE(real == getuid() && effective == geteuid() && saved == effective);
  SHOW(getresgid(&group, &effective_group, &saved_group));
  SHOW_TRUE(group == getgid() && effective_group == getegid());
  SHOW(setuid(getuid()));
  SHOW(setgid(getgid()));
  SHOW(setreuid(-1, -1));
  SHOW(setresuid(-1, geteuid(), -1));
  SHOW(setresgid(-1, -1, getegid()));
  SHOW_TRUE(setfsuid(-1) == (int)geteuid());
  SHOW_TRUE(setfsgid(-1) == (int)getegid());
  SHOW(getresuid((void *)16, &effective, &saved));
  SHOW_TRUE(getgroups(0, NULL) >= 0);
  SHOW(getgroups(-1, NULL));
  // The old calls have 16 bits.
  SHOW_TRUE((uid_t)syscall(SYS_getuid) == getuid() || getuid() > 65535);
  SHOW_TRUE(getpid() == (pid_t)syscall(SYS_gettid));
  SHOW_TRUE(getppid() > 0);
  return 0;
}
