// needs: root
// Directories that are sticky or not writable: who may remove and rename what.
#include "report.h"
#include <grp.h>

int main(void) {
  chmod(".", 0755), mkdir("sticky", 01777), mkdir("open", 0777), mkdir("closed", 0755), chmod("sticky", 01777), chmod("open", 0777);
  static const char *const names[] = {"sticky/root", "sticky/mine", "open/root", "closed/mine"};
  for (int i = 0; i < 4; i++) make_file(names[i], "", 0666);
  chown("sticky/mine", 1000, 1000), chown("closed/mine", 1000, 1000);
  setgroups(0, NULL);
  if (setresgid(1000, 1000, 1000) || setresuid(1000, 1000, 1000)) die("setuid");
  SHOW(rename("sticky/root", "sticky/x")), SHOW(unlink("sticky/root")), SHOW(rename("sticky/mine", "sticky/root")), SHOW(rename("sticky/mine", "open/mine")), SHOW(unlink("open/root")), SHOW(unlink("closed/mine")), SHOW(rename("closed/mine", "open/x")), SHOW(link("sticky/root", "open/linked") == 0 || errno == EPERM), SHOW(mkdir("closed/new", 0700)), SHOW(rmdir("open")), SHOW(chmod("sticky", 0777)), SHOW(chmod("closed/mine", 0600));
  return 0;
}
