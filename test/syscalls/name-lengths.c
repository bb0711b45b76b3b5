// Names and paths at their limits: NAME_MAX, PATH_MAX, many slashes, dots.
#include "report.h"

int main(void) {
  char name[300], path[5000];
  memset(name, 'n', sizeof name), name[255] = 0;
  SHOW_OK(open(name, O_CREAT | O_WRONLY, 0600)), SHOW(access(name, F_OK)), SHOW(mkdir(name, 0700));
  name[255] = 'n', name[256] = 0;
  SHOW(open(name, O_CREAT | O_WRONLY, 0600)), SHOW(access(name, F_OK)), SHOW(unlink(name));
  memset(path, '/', sizeof path), memcpy(path, ".", 1), path[4094] = '.', path[4095] = 0;
  SHOW(access(path, F_OK)), path[4095] = '/', path[4096] = 0, SHOW(access(path, F_OK));
  for (int i = 0; i < 4000; i += 2) memcpy(path + i, "./", 2);
  path[4000] = 0, SHOW(access(path, F_OK));
  SHOW(access(".//././/.", F_OK)), SHOW(access("..././x", F_OK)), SHOW(mkdir("...", 0700)), SHOW(access(".../..", F_OK));
  return 0;
}
