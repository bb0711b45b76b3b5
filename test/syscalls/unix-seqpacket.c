// Sequenced packets: connected like a stream, with messages.
#include "unix.h"
int main(void) {
  int server = listener("socket", SOCK_SEQPACKET, 3);
  int client = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  SEND(client, "too early", 0);
  show_recv("too early", client, 10, MSG_DONTWAIT);
  SHOW(connect_to(client, "socket"));
  int peer = accept(server, NULL, NULL);
  SHOW_OK(peer);
  SEND(client, "first", 0);
  SEND(client, "second", 0);
  show_recv("first", peer, 100, 0);
  show_recv("cut", peer, 3, 0);
  show_recv("nothing left", peer, 10, MSG_DONTWAIT);
  SEND(peer, "answer", 0);
  show_recv("answer", client, 100, 0);
  signal(SIGPIPE, count_signal);
  close(peer);
  show_recv("the end", client, 10, 0);
  SEND(client, "late", 0);
  SHOW(signals_seen);
  int stream = socket(AF_UNIX, SOCK_STREAM, 0);
  SHOW(connect_to(stream, "socket"));
  return 0;
}
