// Numbers behind which there is no call: those that Linux has given up, those that it never filled.
#include "report.h"

int main(void) {
  static const int numbers[] = {17, 31, 32, 35, 44, 53, 56, 58, 98, 112, 127, 130, 134, 137, 167, 188, 189, 222, 223, 251, 253, 273, 285, 1000, -1, -5};
  for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++) {
    printf("%d: ", numbers[i]);
    SHOW(syscall(numbers[i], 0, 0, 0, 0, 0, 0));
  }
  // The device of the working directory's file system, and one that nobody has.
  struct stat now;
  char answer[64];
  memset(answer, 'x', sizeof answer);
  stat("/proc", &now);
  SHOW(syscall(SYS_ustat, (long)now.st_dev, answer)), SHOW_TRUE(answer[19] == 0 && answer[20] == 'x');
  SHOW(syscall(SYS_ustat, (long)now.st_dev, 0)), SHOW(syscall(SYS_ustat, 0x7f7f, answer));
  return 0;
}
