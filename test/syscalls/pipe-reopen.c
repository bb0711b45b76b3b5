// A pipe opened again through /proc/self/fd: waits for nobody, and is an end of its own.
#include "report.h"
#include <poll.h>

static int again(int fd, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return open(path, flags);
}

int main(void) {
  int ends[2];
  if (pipe(ends)) die("pipe");
  SHOW(write(ends[1], "abcdef", 6));
  close(ends[1]);
  int second = again(ends[0], O_RDONLY);
  SHOW_TRUE(second > 0);
  char text[8] = {0};
  SHOW(read(second, text, 3));
  SHOW(read(ends[0], text + 3, 5));
  printf("%s\n", text);
  SHOW(read(second, text, 1));
  struct pollfd watch = {.fd = second, .events = POLLIN};
  SHOW(poll(&watch, 1, 0));
  SHOW(watch.revents);
  // A writer from a reader's name.
  int writer = again(ends[0], O_WRONLY);
  SHOW_TRUE(writer > 0);
  SHOW(write(writer, "xy", 2));
  SHOW(read(ends[0], text, 8));
  SHOW(poll(&watch, 1, 0));
  close(ends[0]);
  close(second);
  signal(SIGPIPE, SIG_IGN);
  SHOW(write(writer, "z", 1));
  SHOW_TRUE(again(writer, O_WRONLY | O_NONBLOCK) > 0);
  // Both ways.
  int both = again(writer, O_RDWR);
  SHOW(write(both, "both", 4));
  SHOW(read(both, text, 8));
  return 0;
}
