// UDP over loopback: names, connected sockets, who receives, errors of ports that nobody has.
#include "inet.h"
static int send_to(int fd, const char *text, const char *address, int port) {
  struct sockaddr_in name = ipv4(address, port);
  return sendto(fd, text, strlen(text), 0, (struct sockaddr *)&name, sizeof name);
}
static void show_from(const char *label, int fd, int sender) {
  char text[64];
  struct sockaddr_in name;
  socklen_t length = sizeof name;
  ssize_t count = recvfrom(fd, text, sizeof text, MSG_DONTWAIT, (struct sockaddr *)&name, &length);
  if (count < 0) {
    show(label, count);
    return;
  }
  printf("%s: \"%.*s\", ", label, (int)count, text);
  show_name("from", &name, length);
  if (sender >= 0) SHOW_TRUE(ntohs(name.sin_port) == port_of(sender));
}
int main(void) {
  int a = udp_socket("127.0.0.1"), b = socket(AF_INET, SOCK_DGRAM, 0);
  int port = port_of(a);
  show_all_events("fresh", b);
  SHOW(listen(b, 1));
  SHOW(accept(b, NULL, NULL));
  SHOW(send(b, "x", 1, 0));
  SHOW(send_to(b, "hello", "127.0.0.1", port));
  show_sockname("bound by sending", b);
  show_all_events("with a datagram", a);
  int size = -1;
  SHOW(ioctl(a, FIONREAD, &size));
  SHOW(size);
  show_recv("cut", a, 3, MSG_PEEK);
  show_from("hello", a, b);
  SHOW(send_to(b, "", "0.0.0.0", port));
  show_from("empty", a, b);
  show_from("nothing", a, -1);
  SHOW(send_to(b, "x", "127.0.0.1", 0));
  SHOW(shutdown(b, SHUT_RD));
  SHOW(sendto(b, "x", 1, 0, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_UNIX}, 16));
  SHOW(sendto(b, "x", 1, 0, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET}, 8));
  static char large[70000];
  SHOW(send(b, large, sizeof large, 0));

  SHOW(connect4(b, "127.0.0.1", port));
  show_peername("connected", b);
  show_sockname("connected", b);
  SHOW(send(b, "to the peer", 11, 0));
  show_from("to the peer", a, b);
  SHOW(send(b, large, 65508, 0));
  SHOW(send(b, large, 65507, 0));
  SHOW(recv(a, large, sizeof large, MSG_TRUNC));
  SHOW(send(b, "0123456789", 10, 0));
  struct iovec piece = {large, 4};
  struct msghdr header = {.msg_iov = &piece, .msg_iovlen = 1};
  SHOW(recvmsg(a, &header, 0));
  SHOW(header.msg_flags);
  // Only the peer's datagrams reach a connected socket.
  int c = udp_socket("127.0.0.1");
  SHOW(send_to(c, "stranger", "127.0.0.1", port_of(b)));
  show_from("stranger", b, -1);
  SHOW(send_to(a, "peer", "127.0.0.1", port_of(b)));
  show_from("peer", b, a);
  struct sockaddr_in none = {.sin_family = AF_UNSPEC};
  SHOW(connect(b, (struct sockaddr *)&none, sizeof none));
  show_peername("disconnected", b);
  show_sockname("disconnected", b);

  // Nobody there.
  int closed = free_port(SOCK_DGRAM);
  SHOW(send_to(c, "x", "127.0.0.1", closed));
  SHOW(send_to(c, "x", "127.0.0.1", closed));
  SHOW(connect4(c, "127.0.0.1", closed));
  SHOW(send(c, "x", 1, 0));
  show_all_events("refused", c);
  SHOW(send(c, "x", 1, 0));
  SHOW(send(c, "x", 1, 0));
  show_recv("refused", c, 1, MSG_DONTWAIT);
  show_error("told", c);

  // UDP-Lite has ports of its own.
  int lite = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);
  SHOW(option(lite, SOL_SOCKET, SO_PROTOCOL));
  SHOW(bind4(lite, "127.0.0.1", port));
  SHOW(option(lite, IPPROTO_UDPLITE, 10));
  SHOW(set_option(lite, IPPROTO_UDPLITE, 11, 20));
  SHOW(option(lite, IPPROTO_UDPLITE, 11));
  SHOW(send_to(lite, "lite", "127.0.0.1", port));
  show_from("lite", lite, lite);

  // Whose address is nearest receives.
  int any = socket(AF_INET, SOCK_DGRAM, 0), one = socket(AF_INET, SOCK_DGRAM, 0);
  set_option(any, SOL_SOCKET, SO_REUSEADDR, 1);
  set_option(one, SOL_SOCKET, SO_REUSEADDR, 1);
  SHOW(bind4(any, "0.0.0.0", 0));
  SHOW(bind4(one, "127.0.0.1", port_of(any)));
  SHOW(send_to(b, "near", "127.0.0.1", port_of(any)));
  SHOW(send_to(b, "far", "127.0.0.9", port_of(any)));
  show_from("one", one, -1);
  show_from("any", any, -1);

  // A queue takes no more than SO_RCVBUF; what is too much is lost.
  SHOW(set_option(a, SOL_SOCKET, SO_RCVBUF, 4096));
  int sent = 0, received = 0;
  for (; sent < 200; sent++)
    if (send_to(b, "0123456789012345678901234567890123456789", "127.0.0.1", port) != 40) break;
  char text[64];
  while (recv(a, text, sizeof text, MSG_DONTWAIT) == 40) received++;
  SHOW(sent);
  SHOW_TRUE(received > 3 && received < 50);
  SHOW(connect4(a, "127.0.0.1", port));
  SHOW(shutdown(a, SHUT_RDWR));
  show_all_events("shut", a);
  SHOW(recv(a, text, sizeof text, 0));
  SHOW(send(a, "x", 1, 0));
  return 0;
}
