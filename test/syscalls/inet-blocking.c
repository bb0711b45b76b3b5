// Waiting: accept, connect, send and recv between processes, with signals, time limits and full buffers.
#include "inet.h"
#include <sys/time.h>
static void nothing(int number) { (void)number; }
static void interrupt_soon(void) {
  struct itimerval soon = {{0, 0}, {0, 50000}};
  setitimer(ITIMER_REAL, &soon, NULL);
}
static void limit(int fd, int name, int milliseconds) {
  struct timeval time = {milliseconds / 1000, milliseconds % 1000 * 1000};
  if (setsockopt(fd, SOL_SOCKET, name, &time, sizeof time)) die("limit");
}
int main(void) {
  struct sigaction action = {.sa_handler = nothing};
  sigaction(SIGALRM, &action, NULL);
  int listening = tcp_listener("127.0.0.1", 5);
  int port = port_of(listening);
  interrupt_soon();
  SHOW(accept(listening, NULL, NULL));
  limit(listening, SO_RCVTIMEO, 20);
  SHOW(accept(listening, NULL, NULL));
  limit(listening, SO_RCVTIMEO, 0);
  pid_t child = fork();
  if (child == 0) {
    usleep(30000);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect4(fd, "127.0.0.1", port)) _exit(1);
    usleep(30000);
    write(fd, "late", 4);
    char byte;
    _exit(read(fd, &byte, 1) == 1 ? byte : 2);
  }
  int server = accept(listening, NULL, NULL);
  SHOW_TRUE(server >= 0);
  show_recv("late", server, 100, 0);
  write(server, "\7", 1);
  show_end("child", child);
  show_recv("end", server, 100, 0);
  close(server);

  int pair[2];
  tcp_pair(pair);
  interrupt_soon();
  show_recv("interrupted", pair[0], 1, 0);
  limit(pair[0], SO_RCVTIMEO, 20);
  show_recv("no time", pair[0], 1, 0);
  // More than all buffers hold: the sender waits for the reader.
  static char block[1 << 16];
  int total = 0;
  fcntl(pair[0], F_SETFL, O_NONBLOCK);
  for (ssize_t sent; (sent = write(pair[0], block, sizeof block)) > 0;) total += sent;
  SHOW_TRUE(errno == EAGAIN);
  SHOW_TRUE(total > 100000);
  show_all_events("full", pair[0]);
  fcntl(pair[0], F_SETFL, 0);
  limit(pair[0], SO_SNDTIMEO, 20);
  SHOW(write(pair[0], block, sizeof block) > 0 || errno == EAGAIN);
  limit(pair[0], SO_SNDTIMEO, 0);
  child = fork();
  if (child == 0) {
    close(pair[0]);
    long count = 0;
    for (ssize_t got; (got = read(pair[1], block, sizeof block)) > 0;) count += got;
    _exit(count > total + 100000 ? 0 : 1);
  }
  close(pair[1]);
  for (int i = 0; i < 4; i++)
    if (write(pair[0], block, sizeof block) != sizeof block) die("write");
  close(pair[0]);
  show_end("reader", child);

  // MSG_WAITALL gathers what comes in pieces.
  tcp_pair(pair);
  child = fork();
  if (child == 0) {
    close(pair[1]);
    for (int i = 0; i < 3; i++) {
      usleep(10000);
      write(pair[0], "abc", 3);
    }
    _exit(0);
  }
  close(pair[0]);
  show_recv("all", pair[1], 7, MSG_WAITALL);
  show_recv("the end comes first", pair[1], 7, MSG_WAITALL);
  show_end("writer", child);

  // UDP
  int udp = udp_socket("127.0.0.1");
  limit(udp, SO_RCVTIMEO, 20);
  show_recv("no datagram", udp, 1, 0);
  return 0;
}
