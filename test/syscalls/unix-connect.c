// listen, connect, accept.
#include "unix.h"
int main(void) {
  struct sockaddr_un address;
  socklen_t length;
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect_to(client, "missing"));
  make_file("file", "", 0600);
  SHOW(connect_to(client, "file"));
  SHOW(listen(client, 1));
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  length = path_address(&address, "socket");
  SHOW(bind(server, (struct sockaddr *)&address, length));
  SHOW(connect_to(client, "socket"));
  SHOW(accept(server, NULL, NULL));
  SHOW(option(server, SO_ACCEPTCONN));
  SHOW(listen(server, 1));
  SHOW(option(server, SO_ACCEPTCONN));
  SHOW(connect_to(client, "socket"));
  SHOW(connect_to(client, "socket"));
  SEND(client, "before accept", 0);
  fcntl(server, F_SETFL, O_RDWR | O_NONBLOCK);
  memset(&address, 0, sizeof address);
  length = sizeof address;
  int peer = accept4(server, (struct sockaddr *)&address, &length, SOCK_CLOEXEC | SOCK_NONBLOCK);
  SHOW_OK(peer);
  SHOW(length);
  SHOW(fcntl(peer, F_GETFD));
  SHOW(fcntl(peer, F_GETFL) == (O_RDWR | O_NONBLOCK));
  SHOW(accept(server, NULL, NULL));
  show_recv("waiting already", peer, 100, 0);
  length = sizeof address;
  SHOW(getpeername(client, (struct sockaddr *)&address, &length));
  show_name("peer of the client", &address, length);
  length = sizeof address;
  SHOW(getsockname(peer, (struct sockaddr *)&address, &length));
  show_name("name of the server's end", &address, length);
  SHOW(listen(peer, 1));
  SHOW(accept(client, NULL, NULL));
  SHOW(accept4(server, NULL, NULL, 1));
  int full[4];
  for (int i = 0; i < 3; i++) {
    full[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    show("connect", connect_to(full[i], "socket"));
  }
  fcntl(server, F_SETFL, O_RDWR);
  pid_t child = fork();
  if (child == 0) {
    fcntl(full[2], F_SETFL, O_RDWR);
    show("connect waits", connect_to(full[2], "socket"));
    _exit(0);
  }
  usleep(30000);
  SHOW_OK(accept(server, NULL, NULL));
  show_end("child", child);
  unlink("socket");
  int late = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect_to(late, "socket"));
  close(server);
  show_recv("refused meanwhile", full[1], 10, 0);
  SHOW(socket(AF_UNIX, 7, 0));
  SHOW(socket(AF_UNIX, SOCK_STREAM, 5));
  SHOW(socket(AF_UNIX, SOCK_STREAM | 0x100, 0));
  SHOW(socket(99, SOCK_STREAM, 0));
  SHOW(listen(socket(AF_UNIX, SOCK_DGRAM, 0), 1));
  SHOW(accept(0, NULL, NULL));
  SHOW(accept(99, NULL, NULL));
  return 0;
}
