// What the cases of AF_UNIX sockets share.
#ifndef UNIX_CASES_H
#define UNIX_CASES_H
#include "report.h"
#include "poll.h"
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

static inline socklen_t path_address(struct sockaddr_un *address, const char *path) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  strcpy(address->sun_path, path);
  return offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}
/** An abstract name that no other run of the case has. */
static inline socklen_t abstract_address(struct sockaddr_un *address, const char *name) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  return offsetof(struct sockaddr_un, sun_path) + 1 +
         sprintf(address->sun_path + 1, "case-%s-%d", name, getpid());
}
static inline int listener(const char *path, int type, int backlog) {
  struct sockaddr_un address;
  socklen_t length = path_address(&address, path);
  int fd = socket(AF_UNIX, type, 0);
  if (bind(fd, (struct sockaddr *)&address, length) || listen(fd, backlog)) die(path);
  return fd;
}
static inline int connect_to(int fd, const char *path) {
  struct sockaddr_un address;
  socklen_t length = path_address(&address, path);
  return connect(fd, (struct sockaddr *)&address, length);
}
static inline void show_text(const char *label, const char *bytes, ssize_t count) {
  if (count < 0) printf("%s: %s\n", label, strerrorname_np(errno));
  else printf("%s: \"%.*s\"\n", label, (int)count, bytes);
}
static inline void show_recv(const char *label, int fd, size_t size, int flags) {
  char bytes[256];
  show_text(label, bytes, recv(fd, bytes, size, flags));
}
static inline void show_name(const char *label, struct sockaddr_un *address, socklen_t length) {
  if (length <= offsetof(struct sockaddr_un, sun_path)) printf("%s: length %d\n", label, (int)length);
  else if (address->sun_path[0]) printf("%s: path %s, length %d\n", label, address->sun_path, (int)length);
  else printf("%s: abstract\n", label);
}
static inline int option(int fd, int name) {
  int value = -1;
  socklen_t length = sizeof value;
  if (getsockopt(fd, SOL_SOCKET, name, &value, &length)) return -errno;
  return value;
}
#define SEND(fd, text, flags) show("send " #text, send(fd, text, strlen(text), flags))
#endif
