// Opening a FIFO: who waits for whom, O_NONBLOCK, O_RDWR, ENXIO, the end of the other side.
#include "report.h"
#include <poll.h>

int main(void) {
  mkfifo("fifo", 0600);
  SHOW(open("fifo", O_WRONLY | O_NONBLOCK));
  int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  char byte;
  SHOW(read(reader, &byte, 1));
  int writer = open("fifo", O_WRONLY | O_NONBLOCK);
  SHOW(read(reader, &byte, 1)), SHOW(write(writer, "x", 1)), SHOW(read(reader, &byte, 1));
  struct pollfd watched = {reader, POLLIN};
  SHOW(poll(&watched, 1, 0)), close(writer), SHOW(poll(&watched, 1, 0)), SHOW(watched.revents == POLLHUP), SHOW(read(reader, &byte, 1));
  close(reader);
  pid_t child = fork();
  if (child == 0) {
    int fd = open("fifo", O_WRONLY);
    write(fd, "hello", 5);
    _exit(0);
  }
  reader = open("fifo", O_RDONLY);
  SHOW(read(reader, &byte, 1)), show_end("writer", child), close(reader);
  int both = open("fifo", O_RDWR);
  SHOW(write(both, "ab", 2)), SHOW(read(both, &byte, 1)), SHOW(byte);
  signal(SIGPIPE, SIG_IGN);
  writer = open("fifo", O_WRONLY), close(both), SHOW(write(writer, "x", 1));
  SHOW(lseek(writer, 0, SEEK_SET)), SHOW(ftruncate(writer, 0)), SHOW(truncate("fifo", 0));
  return 0;
}
