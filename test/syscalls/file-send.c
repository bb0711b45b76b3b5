// sendfile: to files, pipes and sockets, with and without offset, what it refuses.
#include "report.h"
#include <sys/sendfile.h>
#include <sys/socket.h>

int main(void) {
  make_file("in", "0123456789", 0600);
  int in = open("in", O_RDONLY), out = open("out", O_RDWR | O_CREAT, 0600), pair[2], sockets[2];
  char text[16] = {};
  pipe(pair), socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
  off_t at = 4;
  SHOW(sendfile(out, in, &at, 3)), SHOW(at), SHOW(lseek(in, 0, SEEK_CUR)), show_file("out");
  SHOW(sendfile(pair[1], in, NULL, 4)), SHOW(lseek(in, 0, SEEK_CUR)), SHOW(read(pair[0], text, 16)), SHOW(sendfile(sockets[0], in, NULL, 100)), SHOW(read(sockets[1], text, 16)), SHOW(sendfile(sockets[0], in, NULL, 100));
  at = 100, SHOW(sendfile(out, in, &at, 3)), at = -1, SHOW(sendfile(out, in, &at, 3)), SHOW(sendfile(out, in, (off_t *)8, 3));
  SHOW(sendfile(in, out, NULL, 3)), SHOW(sendfile(out, 99, NULL, 3)), SHOW(sendfile(99, in, NULL, 3)), SHOW(sendfile(open("out", O_WRONLY | O_APPEND), in, NULL, 3));
  SHOW(fcntl(pair[1], F_SETFL, O_NONBLOCK)), at = 0;
  static char page[70000];
  int large = open("large", O_RDWR | O_CREAT, 0600);
  write(large, page, sizeof page), SHOW(sendfile(pair[1], large, &at, sizeof page)), SHOW(sendfile(pair[1], large, &at, sizeof page));
  return 0;
}
