// What the cases of pseudoterminals share.
#ifndef PTY_H
#define PTY_H
#include "report.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

/** Bytes as they came, control characters as \r, \n or \ooo. */
static inline void show_bytes(const char *label, const char *bytes, ssize_t count) {
  if (count < 0) {
    printf("%s: %s\n", label, strerrorname_np(errno));
    return;
  }
  printf("%s: \"", label);
  for (ssize_t i = 0; i < count; i++) {
    unsigned char c = bytes[i];
    if (c == '\n') printf("\\n");
    else if (c == '\r') printf("\\r");
    else if (c == '\t') printf("\\t");
    else if (c < ' ' || c > '~') printf("\\%03o", c);
    else putchar(c);
  }
  printf("\"\n");
}

/** A new pair; the slave does not become anybody's controlling terminal. */
static inline void open_pair(int *master, int *slave) {
  *master = posix_openpt(O_RDWR | O_NOCTTY);
  if (*master < 0 || unlockpt(*master) < 0) die("openpt");
  *slave = open(ptsname(*master), O_RDWR | O_NOCTTY);
  if (*slave < 0) die("open slave");
}

/** Lets what was written arrive at the other side: Linux hands it over in a thread of its own. */
static inline void settle(void) { usleep(10000); }

static inline void type(int master, const char *text) {
  if (write(master, text, strlen(text)) != (ssize_t)strlen(text)) die("type");
  settle();
}
static inline void say(int slave, const char *text) {
  if (write(slave, text, strlen(text)) != (ssize_t)strlen(text)) die("say");
  settle();
}

/** What is there to read within a moment, in as many reads as it takes. */
static inline void show_available(const char *label, int fd) {
  char bytes[4096];
  ssize_t count = 0;
  struct pollfd one = {fd, POLLIN, 0};
  while (count < (ssize_t)sizeof bytes && poll(&one, 1, 30) == 1 && (one.revents & POLLIN)) {
    ssize_t got = read(fd, bytes + count, sizeof bytes - count);
    if (got <= 0) break;
    count += got;
  }
  show_bytes(label, bytes, count);
}

/** One read(2). */
static inline void show_read(const char *label, int fd, size_t size) {
  char bytes[4096];
  show_bytes(label, bytes, read(fd, bytes, size));
}

static inline void change(int fd, tcflag_t iflag, tcflag_t oflag, tcflag_t lflag) {
  struct termios t;
  if (tcgetattr(fd, &t)) die("tcgetattr");
  t.c_iflag = iflag;
  t.c_oflag = oflag;
  t.c_lflag = lflag;
  if (tcsetattr(fd, TCSANOW, &t)) die("tcsetattr");
}
static inline void set_char(int fd, int index, int value) {
  struct termios t;
  if (tcgetattr(fd, &t)) die("tcgetattr");
  t.c_cc[index] = value;
  if (tcsetattr(fd, TCSANOW, &t)) die("tcsetattr");
}

static inline void show_events(const char *label, int fd) {
  struct pollfd one = {fd, POLLIN | POLLOUT | POLLPRI | POLLRDHUP, 0};
  poll(&one, 1, 0);
  printf("%s:%s%s%s%s%s%s%s\n", label, one.revents & POLLIN ? " IN" : "", one.revents & POLLPRI ? " PRI" : "",
         one.revents & POLLOUT ? " OUT" : "", one.revents & POLLERR ? " ERR" : "",
         one.revents & POLLHUP ? " HUP" : "", one.revents & POLLRDHUP ? " RDHUP" : "",
         one.revents & POLLNVAL ? " NVAL" : "");
}
#endif
