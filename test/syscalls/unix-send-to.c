// Datagrams to names: sendto, connected sockets, who may send to whom.
#include "unix.h"
static int named(const char *path) {
  struct sockaddr_un address;
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
  socklen_t length = path_address(&address, path);
  if (bind(fd, (struct sockaddr *)&address, length)) die(path);
  return fd;
}
static void show_from(const char *label, int fd) {
  char text[100];
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  memset(&address, 0, sizeof address);
  ssize_t count = recvfrom(fd, text, sizeof text, MSG_DONTWAIT, (struct sockaddr *)&address, &length);
  show_text(label, text, count);
  if (count >= 0) show_name("  from", &address, length);
}
static void send_to(const char *label, int fd, const char *path) {
  struct sockaddr_un address;
  socklen_t length = path_address(&address, path);
  show(label, sendto(fd, label, strlen(label), 0, (struct sockaddr *)&address, length));
}
int main(void) {
  int a = named("a"), b = named("b"), c = named("c"), none = socket(AF_UNIX, SOCK_DGRAM, 0);
  send_to("a to b", a, "b");
  show_from("b", b);
  send_to("unnamed to b", none, "b");
  show_from("b", b);
  send_to("to nobody", a, "missing");
  SEND(a, "without a peer", 0);
  SHOW(connect_to(a, "b"));
  SEND(a, "to the peer", 0);
  show_from("b", b);
  send_to("a to c", a, "c");
  show_from("c", c);
  send_to("c to a", c, "a");
  send_to("b to a", b, "a");
  show_from("a", a);
  SHOW(connect_to(c, "a"));
  struct sockaddr nobody = {.sa_family = AF_UNSPEC};
  SHOW(connect(a, &nobody, sizeof nobody));
  SEND(a, "no peer now", 0);
  send_to("c to a again", c, "a");
  show_from("a", a);
  SHOW(connect_to(a, "b"));
  close(b);
  SEND(a, "to the dead", 0);
  SEND(a, "to the dead", 0);
  send_to("name without socket", a, "b");
  int full = 0;
  fcntl(none, F_SETFL, O_RDWR | O_NONBLOCK);
  connect_to(none, "c");
  while (send(none, "x", 1, 0) == 1) full++;
  SHOW(full);
  show_all_events("full", none);
  show_from("c", c);
  show_all_events("room", none);
  SEND(none, "y", 0);
  SHOW(connect_to(socket(AF_UNIX, SOCK_STREAM, 0), "c"));
  return 0;
}
