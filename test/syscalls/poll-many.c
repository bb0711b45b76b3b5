// poll over many descriptors of all kinds, negative numbers, closed ones, the same one twice.
#include "report.h"
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

int main(void) {
  close_range(3, ~0u, 0);
  int pair[2], sockets[2], event = eventfd(0, 0), file = open("file", O_RDWR | O_CREAT, 0600), dir = open(".", O_RDONLY);
  pipe(pair), socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
  struct pollfd all[] = {{pair[0], POLLIN}, {pair[1], POLLOUT}, {sockets[0], POLLIN | POLLOUT}, {event, POLLIN | POLLOUT}, {file, POLLIN | POLLOUT}, {dir, POLLIN}, {-1, POLLIN}, {99, POLLIN}, {pair[1], POLLIN}, {pair[1], 0}};
  int count = sizeof all / sizeof *all;
  for (int turn = 0; turn < 3; turn++) {
    SHOW(poll(all, count, 0));
    for (int i = 0; i < count; i++) printf(" %#x", all[i].revents);
    printf("\n");
    if (turn == 0) write(pair[1], "x", 1), write(sockets[1], "x", 1), write(event, "12345678", 8);
    if (turn == 1) close(pair[0]), close(sockets[1]);
  }
  SHOW(poll(NULL, 0, 5)), SHOW(poll((void *)8, 1, 0)), SHOW(poll(all, -1, 0));
  return 0;
}
