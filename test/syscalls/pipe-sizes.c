// F_SETPIPE_SZ and F_GETPIPE_SZ, what fits, partial writes, FIONREAD, poll at the border of PIPE_BUF.
#include "report.h"
#include <poll.h>
#include <sys/ioctl.h>

int main(void) {
  int pair[2], bytes;
  static char buffer[200000];
  pipe2(pair, O_NONBLOCK);
  SHOW(fcntl(pair[0], F_GETPIPE_SZ));
  SHOW(write(pair[1], buffer, sizeof buffer)), SHOW(write(pair[1], buffer, 1));
  SHOW(ioctl(pair[0], FIONREAD, &bytes)), SHOW(bytes);
  SHOW(fcntl(pair[1], F_SETPIPE_SZ, 4096));
  SHOW(read(pair[0], buffer, 65536));
  SHOW(fcntl(pair[1], F_SETPIPE_SZ, 4096)), SHOW(fcntl(pair[0], F_GETPIPE_SZ));
  SHOW(write(pair[1], buffer, 5000)), SHOW(read(pair[0], buffer, 100));
  struct pollfd watched = {pair[1], POLLOUT};
  SHOW(poll(&watched, 1, 0));
  SHOW(read(pair[0], buffer, 65536)), SHOW(poll(&watched, 1, 0)), SHOW(read(pair[0], buffer, 1));
  SHOW(fcntl(pair[1], F_SETPIPE_SZ, 5000)), SHOW(fcntl(pair[1], F_SETPIPE_SZ, 0)), SHOW(fcntl(pair[1], F_SETPIPE_SZ, 1 << 20));
  int file = open("file", O_RDWR | O_CREAT, 0600);
  SHOW(fcntl(file, F_GETPIPE_SZ)), SHOW(fcntl(file, F_SETPIPE_SZ, 4096));
  SHOW(pipe2(pair, O_APPEND)), SHOW(pipe((int *)8)), SHOW(read(pair[1], buffer, 1)), SHOW(write(pair[0], buffer, 1));
  SHOW(lseek(pair[0], 0, SEEK_SET)), SHOW(ftruncate(pair[1], 0)), SHOW(pread(pair[0], buffer, 1, 0));
  return 0;
}
