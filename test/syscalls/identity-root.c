// needs: root
// A process that gives up being root: which ids it may take back, and what it may no longer do.
#include "report.h"
#include <grp.h>
#include <sys/prctl.h>

static void ids(void) {
  uid_t real, effective, saved;
  getresuid(&real, &effective, &saved);
  printf("  %d %d %d, files %d\n", real, effective, saved, setfsuid(-1));
}

int main(void) {
  gid_t groups[4] = {7, 5, 6}, got[4];
  make_file("secret", "x", 0600);
  make_file("group", "x", 0640);
  SHOW(chown("group", 0, 6));
  chmod(".", 0777);
  IN_CHILD("groups", {
    SHOW(setgroups(3, groups));
    SHOW(getgroups(4, got));
    printf("%d %d %d\n", got[0], got[1], got[2]);
    SHOW(getgroups(2, got));
    SHOW(setgroups(70000, groups));
    SHOW(seteuid(1000));
    SHOW(setgroups(0, NULL));
    SHOW(open("group", O_RDONLY) > 0);
    SHOW(open("group", O_WRONLY));
    SHOW(open("secret", O_RDONLY));
    SHOW(access("secret", R_OK));
    SHOW(faccessat(AT_FDCWD, "secret", R_OK, AT_EACCESS));
  });
  IN_CHILD("for good", SHOW(setuid(1000)); ids(); SHOW(setuid(0)); SHOW(seteuid(0)); SHOW(setresuid(1000, 1000, 1000)));
  IN_CHILD("for a time", SHOW(seteuid(1000)); ids(); SHOW(setuid(1001)); SHOW(seteuid(0)); ids());
  IN_CHILD("exchange", SHOW(setreuid(1000, 0)); ids(); SHOW(setreuid(0, 1000)); ids(); SHOW(setreuid(1000, 0)); ids());
  IN_CHILD("saved", SHOW(setresuid(1, 2, 3)); ids(); SHOW(setresuid(3, 1, 2)); ids(); SHOW(setresuid(4, -1, -1)); SHOW(seteuid(3)); ids());
  IN_CHILD("reuid sets saved", SHOW(setreuid(-1, 1000)); ids(); SHOW(setreuid(1000, 1000)); ids());
  IN_CHILD("file user", SHOW(setfsuid(1000)); SHOW(open("secret", O_RDONLY)); SHOW(setfsuid(0)); ids(); SHOW(open("secret", O_RDONLY) > 0));
  IN_CHILD("kill", {
    pid_t child = fork();
    if (child == 0)
      for (;;) pause();
    seteuid(1000);
    SHOW(kill(child, SIGTERM));
    seteuid(0);
    setresuid(1000, 1000, 1000);
    SHOW(kill(child, SIGTERM));
  });
  IN_CHILD("raised limits", {
    struct rlimit limit = {100, 100};
    setrlimit(RLIMIT_NOFILE, &limit);
    SHOW(setuid(1000));
    limit.rlim_max = 101;
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
    SHOW(setpriority(PRIO_PROCESS, 0, -5));
    SHOW(chown("group", 1000, 1000));
    SHOW(sethostname("x", 1));
    SHOW(chroot("."));
    SHOW(mknod("device", S_IFCHR | 0600, 0x103));
    SHOW(chmod("secret", 0777));
  });
  return 0;
}
