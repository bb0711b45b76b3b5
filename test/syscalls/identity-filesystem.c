// needs: root
// setfsuid and setfsgid: what they answer, who may, what files then belong to.
#include "report.h"
#include <sys/fsuid.h>

int main(void) {
  chmod(".", 0777);
  SHOW(setfsuid(1000)), SHOW(setfsuid(-1)), SHOW(setfsgid(2000)), SHOW(setfsgid(-1));
  struct stat info;
  close(open("file", O_CREAT, 0600)), stat("file", &info), SHOW(info.st_uid), SHOW(info.st_gid);
  SHOW(setfsuid(0)), SHOW(setfsgid(0)), SHOW(setresuid(1000, 1000, 1001)), SHOW(setfsuid(1001)), SHOW(setfsuid(5)), SHOW(setfsuid(-1));
  return 0;
}
