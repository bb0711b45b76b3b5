// What poll and epoll see of sockets.
#include "unix.h"
int main(void) {
  int s[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, s);
  show_all_events("pair", s[0]);
  SEND(s[1], "x", 0);
  show_all_events("a byte", s[0]);
  close(s[1]);
  show_all_events("peer closed", s[0]);
  socketpair(AF_UNIX, SOCK_DGRAM, 0, s);
  show_all_events("datagrams", s[0]);
  close(s[1]);
  show_all_events("datagrams, peer closed", s[0]);
  show_all_events("unconnected datagrams", socket(AF_UNIX, SOCK_DGRAM, 0));
  int server = listener("socket", SOCK_STREAM, 5);
  show_all_events("listener", server);
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  int ep = epoll_create(1);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(ep, EPOLL_CTL_ADD, server, &event);
  LATER(30, connect_to(client, "socket"); usleep(100000));
  SHOW(epoll_wait(ep, &event, 1, 5000));
  show_all_events("listener, a connection", server);
  int peer = accept(server, NULL, NULL);
  show_all_events("listener, accepted", server);
  show_all_events("connection", peer);
  wait_all();
  show_all_events("connection, client gone", peer);
  close(client);
  show_all_events("connection, client closed", peer);
  return 0;
}
