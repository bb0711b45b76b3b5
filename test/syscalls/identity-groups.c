// needs: root
// getgroups and setgroups: sizes, order, limits, what groups give access to.
#include "report.h"
#include <grp.h>

int main(void) {
  gid_t list[70000] = {5, 3, 9, 3}, got[8];
  SHOW(setgroups(4, list)), SHOW(getgroups(0, NULL)), SHOW(getgroups(8, got));
  printf("%d %d %d %d\n", got[0], got[1], got[2], got[3]);
  SHOW(getgroups(3, got)), SHOW(getgroups(-1, got)), SHOW(setgroups(65537, list)), SHOW(getgroups(4, (gid_t *)8)), SHOW(setgroups(1, (gid_t *)8));
  chmod(".", 0755), make_file("file", "g", 0640), chown("file", 0, 9);
  IN_CHILD("with the group", if (setresuid(1000, 1000, 1000)) die("setuid"); SHOW_OK(open("file", O_RDONLY)); SHOW_OK(open("file", O_WRONLY)); SHOW(setgroups(0, NULL)));
  IN_CHILD("without", setgroups(0, NULL); if (setresuid(1000, 1000, 1000)) die("setuid"); SHOW_OK(open("file", O_RDONLY)));
  return 0;
}
