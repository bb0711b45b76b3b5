// TCP over loopback: names, accept, data both ways, half-closed connections, the end.
#include "inet.h"
int main(void) {
  signal(SIGPIPE, SIG_IGN);
  int listening = socket(AF_INET, SOCK_STREAM, 0);
  show_sockname("fresh", listening);
  show_all_events("fresh", listening);
  SHOW(bind4(listening, "0.0.0.0", 0));
  SHOW(listen(listening, 5));
  show_sockname("listening", listening);
  show_all_events("listening", listening);
  SHOW(option(listening, SOL_SOCKET, SO_ACCEPTCONN));
  int client = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect4(client, "127.0.0.1", port_of(listening)));
  show_sockname("client", client);
  show_peername("client's peer", client);
  show_all_events("with a connection", listening);
  SEND(client, "early", 0);
  struct sockaddr_in name;
  socklen_t length = sizeof name;
  int server = accept4(listening, (struct sockaddr *)&name, &length, SOCK_NONBLOCK);
  show_name("accepted", &name, length);
  SHOW_TRUE(ntohs(name.sin_port) == port_of(client));
  show_sockname("server", server);
  show_all_events("accepted with data", server);
  int waiting = -1;
  SHOW(ioctl(server, FIONREAD, &waiting));
  SHOW(waiting);
  // Small pieces are not to wait for acknowledgements (Nagle).
  SHOW(set_option(client, IPPROTO_TCP, TCP_NODELAY, 1));
  show_recv("peek", server, 3, MSG_PEEK);
  show_recv("part", server, 2, 0);
  show_recv("rest", server, 100, 0);
  show_recv("nothing", server, 100, 0);
  SHOW(write(server, "answer", 6));
  show_recv("answer", client, 100, 0);
  SEND(client, "one", MSG_MORE);
  SEND(client, "two", 0);
  show_recv("joined", server, 100, 0);
  SHOW(sendto(client, "x", 1, 0, (struct sockaddr *)&name, sizeof name));
  struct sockaddr_in from;
  length = sizeof from;
  char byte;
  SHOW(recvfrom(server, &byte, 1, 0, (struct sockaddr *)&from, &length));
  SHOW(length);

  SHOW(shutdown(client, SHUT_WR));
  show_all_events("half closed here", client);
  show_all_events("half closed there", server);
  show_recv("end", server, 100, 0);
  show_recv("end again", server, 100, 0);
  SEND(server, "still", 0);
  show_recv("still", client, 100, 0);
  SEND(client, "too late", 0);
  SHOW(close(server));
  show_all_events("both closed", client);
  show_recv("end", client, 100, 0);
  show_peername("peer of a closed connection", client);
  SHOW(close(client));
  SHOW(close(listening));

  // The first write behind the peer's end is answered by a reset.
  int pair[2];
  tcp_pair(pair);
  close(pair[1]);
  show_all_events("peer closed", pair[0]);
  SEND(pair[0], "lost", 0);
  show_all_events("reset", pair[0]);
  SEND(pair[0], "broken", 0);
  SEND(pair[0], "broken", 0);
  show_recv("end", pair[0], 1, 0);
  close(pair[0]);

  // Unread bytes: the peer is reset.
  tcp_pair(pair);
  SEND(pair[0], "unread", 0);
  close(pair[1]);
  show_all_events("reset", pair[0]);
  show_recv("reset", pair[0], 1, 0);
  show_recv("then", pair[0], 1, 0);
  show_error("then", pair[0]);
  close(pair[0]);

  // SO_LINGER without time: a reset, though everything was read. What was sent before can still be read.
  tcp_pair(pair);
  struct linger now = {1, 0};
  SHOW(setsockopt(pair[1], SOL_SOCKET, SO_LINGER, &now, sizeof now));
  close(pair[1]);
  SEND(pair[0], "into a reset", 0);
  show_recv("then", pair[0], 1, 0);
  return 0;
}
