// TCP: what goes wrong, and how it is told.
#include "inet.h"
static void on_pipe(int number) { printf("SIG%s\n", sigabbrev_np(number)); }
int main(void) {
  signal(SIGPIPE, on_pipe);
  SHOW(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  SHOW(socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
  SHOW(socket(AF_INET, SOCK_SEQPACKET, 0));
  SHOW(socket(AF_INET, SOCK_STREAM, 1000));
  SHOW(socket(AF_INET, SOCK_RAW, 0));
  int two[2];
  SHOW(socketpair(AF_INET, SOCK_STREAM, 0, two));

  int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  SHOW(option(fd, SOL_SOCKET, SO_PROTOCOL));
  SHOW(option(fd, SOL_SOCKET, SO_DOMAIN));
  SEND(fd, "x", 0);
  SEND(fd, "x", MSG_NOSIGNAL);
  show_recv("recv", fd, 1, 0);
  show_peername("peer", fd);
  SHOW(shutdown(fd, SHUT_RDWR));
  SHOW(shutdown(fd, 3));
  SHOW(accept(fd, NULL, NULL));
  struct sockaddr_in name = ipv4("127.0.0.1", 0);
  SHOW(bind(fd, (struct sockaddr *)&name, 8));
  SHOW(connect(fd, (struct sockaddr *)&name, 8));
  SHOW(connect(fd, (struct sockaddr *)&name, 1));
  name.sin_family = AF_UNIX;
  SHOW(bind(fd, (struct sockaddr *)&name, sizeof name));
  SHOW(connect(fd, (struct sockaddr *)&name, sizeof name));
  SHOW(bind4(fd, "203.0.113.1", 0));
  name = ipv4("127.0.0.1", 0);
  name.sin_family = AF_UNSPEC;
  SHOW(bind(fd, (struct sockaddr *)&name, sizeof name));
  SHOW(bind4(fd, "127.0.0.1", 0));
  SHOW(bind4(fd, "127.0.0.1", 0));
  close(fd);

  int closed = free_port(SOCK_STREAM);
  fd = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect4(fd, "127.0.0.1", closed));
  show_all_events("refused", fd);
  show_error("refused", fd);
  SHOW(connect4(fd, "127.0.0.1", closed));
  int listening = tcp_listener("127.0.0.1", 1);
  SHOW(connect4(fd, "0.0.0.0", port_of(listening)));
  show_peername("0.0.0.0 is here", fd);
  SHOW(connect4(fd, "127.0.0.1", port_of(listening)));
  SHOW(listen(fd, 1));
  SHOW(bind4(fd, "127.0.0.1", 0));
  SHOW(connect4(listening, "127.0.0.1", port_of(listening)));
  SEND(listening, "x", MSG_NOSIGNAL);
  show_recv("a listener", listening, 1, 0);
  name.sin_family = AF_UNSPEC;
  SHOW(connect(fd, (struct sockaddr *)&name, sizeof name));
  show_all_events("disconnected", fd);
  show_peername("disconnected", fd);
  show_sockname("disconnected", fd);
  SHOW(connect4(fd, "127.0.0.1", port_of(listening)));
  close(fd);

  // Without waiting.
  fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  SHOW(connect4(fd, "127.0.0.1", closed));
  show_all_events("refused", fd);
  show_error("refused", fd);
  show_error("told once", fd);
  SHOW(connect4(fd, "127.0.0.1", closed));
  SHOW(connect4(fd, "127.0.0.1", closed));
  close(fd);
  close(listening);
  listening = tcp_listener("127.0.0.1", 5);
  fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  SHOW(connect4(fd, "127.0.0.1", port_of(listening)));
  show_all_events("connected", fd);
  SHOW(connect4(fd, "127.0.0.1", port_of(listening)));
  SHOW(connect4(fd, "127.0.0.1", port_of(listening)));
  SHOW_OK(accept(listening, NULL, NULL));
  fcntl(listening, F_SETFL, O_NONBLOCK);
  SHOW(accept(listening, NULL, NULL));
  SHOW(accept4(listening, NULL, NULL, 1));
  SHOW(shutdown(listening, SHUT_RD));
  SHOW(accept(listening, NULL, NULL));
  show_all_events("stopped", listening);
  close(fd);
  close(listening);
  listening = tcp_listener("127.0.0.1", 5);
  SHOW(shutdown(listening, SHUT_WR));
  SHOW(shutdown(listening, SHUT_RD));
  SHOW(listen(listening, 1));
  close(listening);

  // A listener that goes away resets who was not accepted.
  listening = tcp_listener("127.0.0.1", 5);
  fd = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect4(fd, "127.0.0.1", port_of(listening)));
  close(listening);
  show_all_events("not accepted", fd);
  show_recv("not accepted", fd, 1, 0);
  return 0;
}
