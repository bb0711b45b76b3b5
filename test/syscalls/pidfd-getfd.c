// pidfd_getfd: another process's open file under a number of one's own.
#include "report.h"
#include <sys/pidfd.h>

int main(void) {
  int ready[2];
  pipe(ready);
  make_file("file", "0123456789", 0600);
  pid_t child = fork();
  if (child == 0) {
    int fd = open("file", O_RDWR);
    lseek(fd, 4, SEEK_SET);
    dup2(fd, 50);
    write(ready[1], "r", 1);
    for (;;) pause();
  }
  char byte;
  read(ready[0], &byte, 1);
  int process = pidfd_open(child, 0);
  int fd = pidfd_getfd(process, 50, 0);
  SHOW_TRUE(fd >= 0);
  SHOW(fcntl(fd, F_GETFD));
  SHOW(lseek(fd, 0, SEEK_CUR));
  SHOW(read(fd, &byte, 1));
  printf("%c\n", byte);
  SHOW(lseek(fd, 1, SEEK_CUR));
  int again = pidfd_getfd(process, 50, 0);
  SHOW(lseek(again, 0, SEEK_CUR));
  SHOW(pidfd_getfd(process, 51, 0));
  SHOW(pidfd_getfd(process, -1, 0));
  SHOW(pidfd_getfd(process, 50, 1));
  SHOW(pidfd_getfd(ready[0], 50, 0));
  kill(child, SIGKILL);
  show_end("child", child);
  SHOW(pidfd_getfd(process, 50, 0));
  SHOW(lseek(fd, 0, SEEK_CUR));
  return 0;
}
