// What the cases of AF_INET and AF_INET6 sockets share. All of it goes over the loopback interface, and every
// port is chosen by the kernel.
#ifndef INET_CASES_H
#define INET_CASES_H
#include "report.h"
#include "poll.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static inline struct sockaddr_in ipv4(const char *address, int port) {
  struct sockaddr_in made = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, address, &made.sin_addr);
  return made;
}
static inline struct sockaddr_in6 ipv6(const char *address, int port) {
  struct sockaddr_in6 made = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  inet_pton(AF_INET6, address, &made.sin6_addr);
  return made;
}
static inline int bind4(int fd, const char *address, int port) {
  struct sockaddr_in name = ipv4(address, port);
  return bind(fd, (struct sockaddr *)&name, sizeof name);
}
static inline int connect4(int fd, const char *address, int port) {
  struct sockaddr_in name = ipv4(address, port);
  return connect(fd, (struct sockaddr *)&name, sizeof name);
}
static inline int bind6(int fd, const char *address, int port) {
  struct sockaddr_in6 name = ipv6(address, port);
  return bind(fd, (struct sockaddr *)&name, sizeof name);
}
static inline int connect6(int fd, const char *address, int port) {
  struct sockaddr_in6 name = ipv6(address, port);
  return connect(fd, (struct sockaddr *)&name, sizeof name);
}
/** The port of a socket of either family. */
static inline int port_of(int fd) {
  struct sockaddr_in6 name;
  socklen_t length = sizeof name;
  if (getsockname(fd, (struct sockaddr *)&name, &length)) die("getsockname");
  return ntohs(name.sin6_port);
}
static inline int tcp_listener(const char *address, int backlog) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind4(fd, address, 0) || listen(fd, backlog)) die("listener");
  return fd;
}
static inline int udp_socket(const char *address) {
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind4(fd, address, 0)) die("udp_socket");
  return fd;
}
/** A connection: [0] called connect, [1] came from accept. */
static inline void tcp_pair(int pair[2]) {
  int listening = tcp_listener("127.0.0.1", 1);
  pair[0] = socket(AF_INET, SOCK_STREAM, 0);
  if (connect4(pair[0], "127.0.0.1", port_of(listening))) die("connect");
  pair[1] = accept(listening, NULL, NULL);
  if (pair[1] < 0) die("accept");
  close(listening);
}
/** A port that nobody listens at: it was free just now. */
static inline int free_port(int type) {
  int fd = socket(AF_INET, type, 0);
  if (bind4(fd, "127.0.0.1", 0)) die("free_port");
  int port = port_of(fd);
  close(fd);
  return port;
}
/** The address, and whether there is a port; ports differ from run to run. */
static inline void show_name(const char *label, const void *name, socklen_t length) {
  char text[INET6_ADDRSTRLEN];
  const struct sockaddr_in *four = name;
  const struct sockaddr_in6 *six = name;
  if (length < 2) {
    printf("%s: length %d\n", label, (int)length);
    return;
  }
  int v6 = four->sin_family == AF_INET6;
  inet_ntop(four->sin_family, v6 ? (void *)&six->sin6_addr : (void *)&four->sin_addr, text, sizeof text);
  printf("%s: family %d, %s, %s port, length %d\n", label, four->sin_family, text, four->sin_port ? "a" : "no",
         (int)length);
}
static inline void show_sockname(const char *label, int fd) {
  struct sockaddr_storage name;
  socklen_t length = sizeof name;
  if (getsockname(fd, (struct sockaddr *)&name, &length)) show(label, -1);
  else show_name(label, &name, length);
}
static inline void show_peername(const char *label, int fd) {
  struct sockaddr_storage name;
  socklen_t length = sizeof name;
  if (getpeername(fd, (struct sockaddr *)&name, &length)) show(label, -1);
  else show_name(label, &name, length);
}
static inline void show_recv(const char *label, int fd, size_t size, int flags) {
  char bytes[256];
  ssize_t count = recv(fd, bytes, size, flags);
  if (count < 0) printf("%s: %s\n", label, strerrorname_np(errno));
  else printf("%s: \"%.*s\"\n", label, (int)count, bytes);
}
static inline void show_error(const char *label, int fd) {
  int value = -1;
  socklen_t length = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length)) show(label, -1);
  else printf("%s: %s\n", label, value ? strerrorname_np(value) : "no error");
}
/** An int option's value, or -errno. */
static inline int option(int fd, int level, int name) {
  int value = 0;
  socklen_t length = sizeof value;
  if (getsockopt(fd, level, name, &value, &length)) return -errno;
  return value;
}
static inline int set_option(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value);
}
#define SEND(fd, text, flags) show("send " #text, send(fd, text, strlen(text), flags))
#endif
