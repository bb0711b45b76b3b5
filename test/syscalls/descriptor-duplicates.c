// dup, dup2, dup3, F_DUPFD and close_range: shared positions and flags, own close-on-exec, refusals.
#include "report.h"
#include <linux/close_range.h>

int main(void) {
  make_file("file", "0123456789", 0600);
  int fd = open("file", O_RDWR), copy = dup(fd);
  char byte;
  read(fd, &byte, 1);
  SHOW(lseek(copy, 0, SEEK_CUR));
  fcntl(copy, F_SETFL, O_APPEND | O_NONBLOCK);
  SHOW((fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK)) == (O_APPEND | O_NONBLOCK));
  fcntl(copy, F_SETFD, FD_CLOEXEC);
  SHOW(fcntl(fd, F_GETFD)), SHOW(fcntl(copy, F_GETFD));
  SHOW(dup2(copy, 20)), SHOW(fcntl(20, F_GETFD));
  SHOW(dup2(20, 20)), SHOW(dup2(99, 20)), SHOW(dup2(20, -1)), SHOW(fcntl(20, F_GETFD));
  SHOW(dup3(fd, 21, O_CLOEXEC)), SHOW(fcntl(21, F_GETFD)), SHOW(dup3(fd, fd, 0)), SHOW(dup3(fd, 21, O_NONBLOCK));
  SHOW(fcntl(fd, F_DUPFD, 30)), SHOW(fcntl(fd, F_DUPFD, 30)), SHOW(fcntl(fd, F_DUPFD_CLOEXEC, 30)), SHOW(fcntl(32, F_GETFD));
  SHOW(fcntl(fd, F_DUPFD, -1)), SHOW(fcntl(99, F_DUPFD, 0));
  SHOW(close_range(30, 31, 0)), SHOW(fcntl(30, F_GETFD)), SHOW(fcntl(32, F_GETFD));
  SHOW(close_range(5, 4, 0)), SHOW(close_range(20, 21, 8));
  SHOW(close_range(20, ~0u, CLOSE_RANGE_CLOEXEC)), SHOW(fcntl(20, F_GETFD));
  pid_t child = vfork();
  if (child == 0) {
    close_range(20, ~0u, CLOSE_RANGE_UNSHARE);
    _exit(fcntl(20, F_GETFD) == -1);
  }
  show_end("child", child);
  SHOW(fcntl(20, F_GETFD));
  SHOW(close_range(3, ~0u, 0)), SHOW(dup(0));
  return 0;
}
