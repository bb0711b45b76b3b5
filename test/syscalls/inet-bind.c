// Who may share a port: addresses, SO_REUSEADDR, SO_REUSEPORT, both families, and what a connection leaves behind.
#include "inet.h"
static int made(int family, int type, int option_name) {
  int fd = socket(family, type, 0);
  if (option_name) set_option(fd, SOL_SOCKET, option_name, 1);
  return fd;
}
static void types(int type) {
  int first = made(AF_INET, type, 0), second = made(AF_INET, type, 0);
  SHOW(bind4(first, "127.0.0.1", 0));
  int port = port_of(first);
  SHOW(bind4(second, "127.0.0.1", port));
  SHOW(bind4(second, "0.0.0.0", port));
  SHOW(bind4(second, "127.0.0.2", port));
  int third = made(AF_INET, type, SO_REUSEADDR);
  SHOW(bind4(third, "127.0.0.1", port));
  set_option(first, SOL_SOCKET, SO_REUSEADDR, 1);
  SHOW(bind4(third, "127.0.0.1", port));
  int six = made(AF_INET6, type, 0);
  SHOW(bind6(six, "::", port));
  SHOW(bind6(six, "::ffff:127.0.0.1", port));
  set_option(six, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  SHOW(bind6(six, "::ffff:127.0.0.3", port));
  SHOW(bind6(six, "::", port));
  SHOW(set_option(six, IPPROTO_IPV6, IPV6_V6ONLY, 0));
  int ports[2] = {made(AF_INET, type, SO_REUSEPORT), made(AF_INET, type, SO_REUSEPORT)};
  SHOW(bind4(ports[0], "127.0.0.1", 0));
  SHOW(bind4(ports[1], "127.0.0.1", port_of(ports[0])));
  int fds[] = {first, second, third, six, ports[0], ports[1]};
  for (int i = 0; i < 6; i++) close(fds[i]);
}
int main(void) {
  types(SOCK_STREAM);
  types(SOCK_DGRAM);
  // A listener shares with nobody.
  int first = made(AF_INET, SOCK_STREAM, SO_REUSEADDR), second = made(AF_INET, SOCK_STREAM, SO_REUSEADDR);
  SHOW(bind4(first, "127.0.0.1", 0));
  SHOW(bind4(second, "127.0.0.1", port_of(first)));
  SHOW(listen(first, 1));
  SHOW(listen(second, 1));
  int port = port_of(first);
  close(second);
  // Neither without SO_REUSEADDR do those who come while its connections live, or have just ended.
  int client = made(AF_INET, SOCK_STREAM, 0);
  SHOW(connect4(client, "127.0.0.1", port));
  int server = accept(first, NULL, NULL);
  close(first);
  first = made(AF_INET, SOCK_STREAM, 0);
  SHOW(bind4(first, "127.0.0.1", port));
  close(server);
  SHOW(bind4(first, "127.0.0.1", port));
  close(client);
  SHOW(bind4(first, "127.0.0.1", port));
  set_option(first, SOL_SOCKET, SO_REUSEADDR, 1);
  SHOW(bind4(first, "127.0.0.1", port));
  SHOW(listen(first, 1));
  close(first);
  // The client closed first: its own port waits, the server's is free.
  int pair[2];
  tcp_pair(pair);
  port = port_of(pair[1]);
  close(pair[0]);
  close(pair[1]);
  first = made(AF_INET, SOCK_STREAM, 0);
  SHOW(bind4(first, "127.0.0.1", port));
  return 0;
}
