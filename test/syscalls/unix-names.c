// Names: paths, abstract ones, none, and those that the kernel makes up.
#include "unix.h"
static void show_own(const char *label, int fd) {
  struct sockaddr_un address;
  socklen_t length = sizeof address;
  memset(&address, 'x', sizeof address);
  if (getsockname(fd, (struct sockaddr *)&address, &length)) die(label);
  show_name(label, &address, length);
}
int main(void) {
  struct sockaddr_un address;
  socklen_t length;
  umask(022);
  int a = socket(AF_UNIX, SOCK_DGRAM, 0), b = socket(AF_UNIX, SOCK_DGRAM, 0);
  show_own("unbound", a);
  length = path_address(&address, "socket");
  SHOW(bind(a, (struct sockaddr *)&address, length));
  show_own("path", a);
  struct stat st;
  SHOW(stat("socket", &st));
  SHOW(st.st_mode);
  SHOW(bind(b, (struct sockaddr *)&address, length));
  SHOW(open("socket", O_RDWR));
  length = path_address(&address, "other");
  SHOW(bind(a, (struct sockaddr *)&address, length));
  path_address(&address, "trimmed");
  SHOW(bind(b, (struct sockaddr *)&address, sizeof address));
  show_own("trimmed", b);
  int c = socket(AF_UNIX, SOCK_DGRAM, 0), d = socket(AF_UNIX, SOCK_DGRAM, 0);
  length = abstract_address(&address, "names");
  SHOW(bind(c, (struct sockaddr *)&address, length));
  show_own("abstract", c);
  SHOW(bind(d, (struct sockaddr *)&address, length));
  SHOW(bind(d, (struct sockaddr *)&address, length - 1));
  int e = socket(AF_UNIX, SOCK_DGRAM, 0);
  address.sun_family = AF_UNIX;
  SHOW(bind(e, (struct sockaddr *)&address, sizeof(sa_family_t)));
  length = sizeof address;
  getsockname(e, (struct sockaddr *)&address, &length);
  SHOW(length);
  SHOW(address.sun_path[0]);
  int f = socket(AF_UNIX, SOCK_DGRAM, 0);
  SHOW(bind(f, (struct sockaddr *)&address, 1));
  SHOW(bind(f, (struct sockaddr *)&address, 200));
  address.sun_family = AF_INET;
  SHOW(bind(f, (struct sockaddr *)&address, 20));
  length = path_address(&address, "missing/socket");
  SHOW(bind(f, (struct sockaddr *)&address, length));
  length = 4;
  SHOW(getsockname(a, (struct sockaddr *)&address, &length));
  SHOW(length);
  length = sizeof address;
  SHOW(getpeername(a, (struct sockaddr *)&address, &length));
  memset(address.sun_path, 'p', sizeof address.sun_path);
  address.sun_family = AF_UNIX;
  SHOW(bind(f, (struct sockaddr *)&address, sizeof address));
  length = sizeof address + 1;
  char name[200];
  SHOW(getsockname(f, (struct sockaddr *)name, &(socklen_t){sizeof name}));
  return 0;
}
