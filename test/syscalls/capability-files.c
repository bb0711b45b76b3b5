// needs: root
// What single capabilities allow with files: CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, CAP_CHOWN,
// CAP_FSETID, and access(2), which asks for the real user.
#include "report.h"
#include <linux/capability.h>
#include <sys/prctl.h>

static void only(unsigned capability) {
  prctl(PR_SET_KEEPCAPS, 1);
  if (setgroups(0, NULL) || setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000)) die("setresuid");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  unsigned set = capability < 32 ? 1u << capability : 0;
  struct __user_cap_data_struct data[2] = {{set, set, 0}, {}};
  if (syscall(SYS_capset, &header, data)) die("capset");
}
static void attempts(void) {
  SHOW_OK(open("secret", O_RDONLY));
  SHOW_OK(open("secret", O_WRONLY));
  SHOW_OK(open("locked/inside", O_RDONLY));
  SHOW_OK(open("locked", O_RDONLY | O_DIRECTORY));
  SHOW_OK(open("locked/new", O_WRONLY | O_CREAT, 0600));
  SHOW(access("secret", R_OK));
  SHOW(access("secret", X_OK));
  SHOW(faccessat(AT_FDCWD, "secret", R_OK, AT_EACCESS));
  SHOW(execl("./secret", "secret", NULL));
  SHOW(chmod("secret", 0600));
  SHOW(chown("public", 1000, 1000));
  SHOW(chown("own", -1, 2000));
  SHOW(chmod("own", 02755));
  struct stat info;
  stat("own", &info);
  printf("own: %o\n", info.st_mode);
  SHOW(unlink("sticky/other"));
  SHOW(utimensat(AT_FDCWD, "public", (struct timespec[]){{1, 0}, {1, 0}}, 0));
  SHOW_OK(open("public", O_RDONLY | O_NOATIME));
}

int main(void) {
  static const struct {
    const char *name;
    unsigned capability;
  } all[] = {
      {"nothing", 99},
      {"CAP_DAC_OVERRIDE", CAP_DAC_OVERRIDE},
      {"CAP_DAC_READ_SEARCH", CAP_DAC_READ_SEARCH},
      {"CAP_FOWNER", CAP_FOWNER},
      {"CAP_CHOWN", CAP_CHOWN},
      {"CAP_FSETID", CAP_FSETID},
  };
  chmod(".", 0777);
  umask(0);
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    static const char *const names[] = {"secret", "public", "own", "locked/inside", "locked/new", "sticky/other"};
    for (unsigned n = 0; n < sizeof names / sizeof *names; n++) unlink(names[n]);
    make_file("secret", "s", 0600);
    make_file("public", "p", 0644);
    make_file("own", "o", 0644);
    chown("own", 1000, 2000);
    mkdir("locked", 0700);
    make_file("locked/inside", "i", 0644);
    mkdir("sticky", 01777);
    make_file("sticky/other", "x", 0644);
    printf("-- %s\n", all[i].name);
    IN_CHILD("end", {
      only(all[i].capability);
      attempts();
    });
  }
  return 0;
}
