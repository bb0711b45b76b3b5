// Reading inotify's events as lines: what happened to which watch, with the name. Cookies are 0 or a letter.
#ifndef INOTIFY_H
#define INOTIFY_H
#include "report.h"
#include <sys/inotify.h>

static void show_events(int fd, const char *label) {
  static const struct {
    unsigned bit;
    const char *name;
  } bits[] = {{IN_ACCESS, "ACCESS"}, {IN_MODIFY, "MODIFY"}, {IN_ATTRIB, "ATTRIB"}, {IN_CLOSE_WRITE, "CLOSE_WRITE"},
              {IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"}, {IN_OPEN, "OPEN"}, {IN_MOVED_FROM, "MOVED_FROM"},
              {IN_MOVED_TO, "MOVED_TO"}, {IN_CREATE, "CREATE"}, {IN_DELETE, "DELETE"}, {IN_DELETE_SELF, "DELETE_SELF"},
              {IN_MOVE_SELF, "MOVE_SELF"}, {IN_UNMOUNT, "UNMOUNT"}, {IN_Q_OVERFLOW, "Q_OVERFLOW"},
              {IN_IGNORED, "IGNORED"}, {IN_ISDIR, "ISDIR"}};
  char buffer[65536] __attribute__((aligned(8)));
  static unsigned cookies[26];
  int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  ssize_t count = read(fd, buffer, sizeof buffer);
  fcntl(fd, F_SETFL, flags);
  printf("%s:%s\n", label, count < 0 ? " nothing" : "");
  for (ssize_t at = 0; at < count;) {
    struct inotify_event *event = (void *)(buffer + at);
    at += sizeof *event + event->len;
    printf("  %d", event->wd);
    for (unsigned i = 0; i < sizeof bits / sizeof *bits; i++)
      if (event->mask & bits[i].bit) printf(" %s", bits[i].name);
    if (event->len) printf(" \"%s\" (%u)", event->name, event->len);
    if (event->cookie) {
      int n = 0;
      while (cookies[n] && cookies[n] != event->cookie) n++;
      cookies[n] = event->cookie;
      printf(" %c", 'a' + n);
    }
    printf("\n");
  }
}
#endif
