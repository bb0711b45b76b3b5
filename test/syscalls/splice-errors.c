// What splice, tee and vmsplice refuse.
#include "report.h"
#include <sys/socket.h>
#include <sys/uio.h>

int main(void) {
  int pair[2], sockets[2];
  pipe(pair);
  socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
  make_file("file", "0123456789", 0600);
  int file = open("file", O_RDWR), append = open("file", O_WRONLY | O_APPEND), other = open("file", O_RDONLY);
  loff_t at = 0, negative = -1;
  SHOW(splice(file, NULL, other, NULL, 4, 0));
  SHOW(splice(file, NULL, sockets[0], NULL, 4, 0));
  SHOW(splice(-1, NULL, pair[1], NULL, 4, 0));
  SHOW(splice(file, NULL, 99, NULL, 4, 0));
  SHOW(splice(pair[1], NULL, file, NULL, 4, 0));
  SHOW(splice(file, NULL, pair[0], NULL, 4, 0));
  SHOW(splice(file, &at, pair[1], &at, 4, 0));
  SHOW(splice(pair[0], &at, file, NULL, 4, 0));
  SHOW(splice(file, &negative, pair[1], NULL, 4, 0));
  SHOW(splice(file, NULL, pair[1], NULL, 4, 0x10));
  SHOW(splice(file, (loff_t *)8, pair[1], NULL, 4, 0));
  write(pair[1], "x", 1);
  SHOW(splice(pair[0], NULL, append, NULL, 4, 0));
  SHOW(splice(pair[0], NULL, sockets[0], &at, 4, 0));
  SHOW(splice(pair[0], NULL, sockets[0], NULL, 4, 0));
  char byte;
  SHOW(read(sockets[1], &byte, 1));
  write(sockets[1], "from a socket", 13);
  SHOW(splice(sockets[0], NULL, pair[1], NULL, 64, 0));
  SHOW(tee(pair[0], pair[1], 4, 0));
  SHOW(tee(file, pair[1], 4, 0));
  SHOW(tee(pair[0], file, 4, 0));
  SHOW(tee(pair[1], pair[1], 4, 0));
  SHOW(tee(-1, pair[1], 4, 0));
  SHOW(tee(pair[0], pair[1], 0, 0));
  SHOW(tee(pair[0], pair[1], 4, 0x20));
  struct iovec vector = {"abc", 3};
  SHOW(vmsplice(file, &vector, 1, 0));
  SHOW(vmsplice(-1, &vector, 1, 0));
  SHOW(vmsplice(pair[1], &vector, -1, 0));
  SHOW(vmsplice(pair[1], &vector, 1, 0x40));
  SHOW(vmsplice(pair[1], (void *)8, 1, 0));
  vector.iov_base = (void *)8;
  SHOW(vmsplice(pair[1], &vector, 1, 0));
  return 0;
}
