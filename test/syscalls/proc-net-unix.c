// /proc/net/unix: a row for each AF_UNIX socket: how many hold it, whether it listens, its type, its state, its name.
#include "report.h"
#include <sys/socket.h>
#include <sys/un.h>

static int fds[16];
static const char *names[16];
static int count;

static int known(int fd, const char *name) {
  fds[count] = fd, names[count++] = name;
  return fd;
}
/** The rows of sockets that are ours by their descriptors, in the order in which they were made. */
static void show_rows(const char *when) {
  static char text[1 << 20];
  int file = open("/proc/net/unix", O_RDONLY);
  size_t length = 0;
  ssize_t part;
  while ((part = read(file, text + length, sizeof text - 1 - length)) > 0) length += part;
  close(file), text[length] = 0;
  printf("%s\n", when);
  if (strncmp(text, "Num       RefCount Protocol Flags    Type St Inode Path\n", 56) != 0) puts("no header");
  for (int i = 0; i < count; i++) {
    struct stat now;
    if (fstat(fds[i], &now) != 0) continue;
    int found = 0;
    for (char *line = strchr(text, '\n') + 1; line[0] != 0; line = strchr(line, '\n') + 1) {
      unsigned long number, references, protocol, flags, type, state, inode;
      int used = 0;
      if (sscanf(line, "%lx: %lx %lx %lx %lx %lx %lu%n", &number, &references, &protocol, &flags, &type, &state, &inode, &used) != 7 || inode != now.st_ino) continue;
      found++;
      printf("%s: %lu %lx %08lx %04lx %02lx \"%.*s\" %s\n", names[i], references, protocol, flags, type, state, (int)strcspn(line + used, "\n"), line + used, strchr(line, ':')[1] == ' ' ? "" : "?");
    }
    if (found != 1) printf("%s: %d rows\n", names[i], found);
  }
}
/** Rows without an inode whose name is this one: connections that nobody has accepted. */
static int waiting(const char *name) {
  char line[300], wanted[64];
  int found = 0;
  FILE *file = fopen("/proc/net/unix", "r");
  sprintf(wanted, " 02 %5d %s\n", 0, name);
  while (fgets(line, sizeof line, file) != NULL) found += strstr(line, wanted) != NULL;
  fclose(file);
  return found;
}
static struct sockaddr_un address(const char *name) {
  struct sockaddr_un result = {.sun_family = AF_UNIX};
  memcpy(result.sun_path, name, strlen(name + 1) + 1);
  return result;
}
static int bound(int fd, const char *name) {
  struct sockaddr_un at = address(name);
  if (bind(fd, (struct sockaddr *)&at, sizeof(sa_family_t) + 1 + strlen(name + 1)) != 0) die("bind");
  return fd;
}
static int connected(int fd, const char *name) {
  struct sockaddr_un at = address(name);
  if (connect(fd, (struct sockaddr *)&at, sizeof(sa_family_t) + 1 + strlen(name + 1)) != 0) die("connect");
  return fd;
}

int main(void) {
  int pair[2];
  known(socket(AF_UNIX, SOCK_STREAM, 0), "alone"), known(socket(AF_UNIX, SOCK_DGRAM, 0), "datagrams");
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair), known(pair[0], "pair"), known(pair[1], "its other end");
  socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), known(pair[0], "packets"), known(pair[1], "their other end");
  known(bound(socket(AF_UNIX, SOCK_STREAM, 0), "here"), "bound"), known(bound(socket(AF_UNIX, SOCK_DGRAM, 0), "\0proc-net-unix"), "abstract");
  show_rows("made");
  int listener = fds[6];
  listen(listener, 5), known(connected(socket(AF_UNIX, SOCK_STREAM, 0), "here"), "client");
  show_rows("a connection"), SHOW(waiting("here"));
  known(accept(listener, NULL, NULL), "server"), known(connected(socket(AF_UNIX, SOCK_DGRAM, 0), "\0proc-net-unix"), "sender");
  write(fds[count - 1], "text", 4), dup(listener), close(fds[2]);
  show_rows("accepted"), SHOW(waiting("here"));
  shutdown(fds[8], SHUT_RDWR), close(listener), unlink("here");
  show_rows("shut down, closed");
  return 0;
}
