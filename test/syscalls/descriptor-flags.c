// fcntl F_GETFL and F_SETFL: what can be changed, F_GETOWN, unknown commands, sockets and pipes.
#include "report.h"
#include <sys/socket.h>

static void show_flags(const char *label, int fd) { printf("%s: %#o\n", label, fcntl(fd, F_GETFL)); }

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC | O_NOCTTY | O_SYNC, 0600), pair[2], sockets[2];
  pipe2(pair, O_NONBLOCK), socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets);
  show_flags("file", fd), show_flags("read end", pair[0]), show_flags("write end", pair[1]), show_flags("socket", sockets[0]);
  SHOW(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK | O_NOATIME | O_WRONLY | O_CREAT | O_TRUNC)), show_flags("set", fd), SHOW(fcntl(fd, F_SETFL, 0)), show_flags("cleared", fd);
  SHOW(fcntl(pair[0], F_SETFL, 0)), show_flags("pipe", pair[0]), SHOW(fcntl(fd, F_GETOWN)), SHOW(fcntl(fd, F_SETOWN, getpid())), SHOW(fcntl(fd, F_GETOWN) == getpid()), SHOW(fcntl(fd, F_GETSIG)), SHOW(fcntl(fd, F_SETSIG, SIGUSR1)), SHOW(fcntl(fd, F_GETSIG) == SIGUSR1), SHOW(fcntl(fd, F_SETSIG, 65));
  SHOW(fcntl(fd, 9999)), SHOW(fcntl(99, F_GETFL)), SHOW(fcntl(fd, F_SETOWN, 1 << 22)), SHOW(fcntl(fd, F_SETFD, 0)), SHOW(fcntl(fd, F_GETFD));
  return 0;
}
