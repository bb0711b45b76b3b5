// A listener that was shut down listens again: on its port if bind(2) was asked for that one and its connections do not
// have it, on another if it had chosen one.
#include "report.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static struct sockaddr_in here;

static int connected(int port) {
  struct sockaddr_in to = here;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  to.sin_port = port;
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) show("connect", -1), close(fd), fd = -1;
  return fd;
}
static int port_of(int fd) {
  struct sockaddr_in name;
  socklen_t length = sizeof name;
  getsockname(fd, (struct sockaddr *)&name, &length);
  return name.sin_port;
}
static int listener(int port, int reuse) {
  struct sockaddr_in at = here;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  at.sin_port = port;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  SHOW(bind(fd, (struct sockaddr *)&at, sizeof at)), SHOW(listen(fd, 5));
  return fd;
}
/** A port that was free a moment ago. */
static int free_port(void) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  bind(fd, (struct sockaddr *)&here, sizeof here);
  int port = port_of(fd);
  close(fd);
  return port;
}

static void again(int port, int reuse) {
  printf("port %s%s\n", port == 0 ? "of its own" : "asked for", reuse ? ", SO_REUSEADDR" : "");
  int fd = listener(port, reuse), before = port_of(fd), client = connected(before);
  int server = accept(fd, NULL, NULL);
  char text[8];
  SHOW(shutdown(fd, SHUT_RD)), SHOW_TRUE(port_of(fd) == before);
  SHOW(shutdown(fd, SHUT_RD)), SHOW(accept(fd, NULL, NULL)), connected(before);
  if (SHOW(listen(fd, 5)) == 0) {
    SHOW_TRUE(port_of(fd) == before);
    int second = connected(port_of(fd)), other = accept(fd, NULL, NULL);
    SHOW(write(second, "two+", 4)), SHOW(read(other, text, sizeof text));
    close(second), close(other);
  }
  SHOW(write(client, "one", 3)), SHOW(read(server, text, sizeof text));
  close(client), close(server), close(fd);
}

int main(void) {
  here.sin_family = AF_INET, here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  again(0, 0), again(0, 1), again(free_port(), 0), again(free_port(), 1);

  puts("without connections");
  int fd = listener(free_port(), 0), before = port_of(fd);
  SHOW(shutdown(fd, SHUT_RDWR)), SHOW(listen(fd, 1)), SHOW_TRUE(port_of(fd) == before), SHOW(shutdown(fd, SHUT_WR));
  SHOW_TRUE(connected(before) >= 0);
  int rival = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in at = here;
  at.sin_port = before;
  SHOW(shutdown(fd, SHUT_RD)), SHOW(bind(rival, (struct sockaddr *)&at, sizeof at));
  close(fd), fd = listener(0, 0), at.sin_port = port_of(fd);
  SHOW(shutdown(fd, SHUT_RD)), SHOW(bind(rival, (struct sockaddr *)&at, sizeof at)), SHOW(listen(fd, 1));
  SHOW_TRUE(port_of(fd) == port_of(rival));
  return 0;
}
