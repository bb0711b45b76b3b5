// FIFOs: opening waits for the other end, ends come and go, unlinking while open.
#include "report.h"
#include <poll.h>

static void events(const char *label, int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT, 0};
  poll(&p, 1, 0);
  printf("%s: %x\n", label, p.revents);
}

int main(void) {
  char text[64];
  SHOW(mkfifo("fifo", 0666));
  SHOW(open("fifo", O_WRONLY | O_NONBLOCK));
  int reader = open("fifo", O_RDONLY | O_NONBLOCK);
  SHOW_TRUE(reader >= 0);
  events("no writer yet", reader);
  SHOW(read(reader, text, 5));
  int writer = open("fifo", O_WRONLY | O_NONBLOCK);
  events("writer", reader);
  SHOW(read(reader, text, 5));
  SHOW(write(writer, "abc", 3));
  events("data", reader);
  SHOW(read(reader, text, 5));
  close(writer);
  events("writer left", reader);
  SHOW(read(reader, text, 5));
  writer = open("fifo", O_WRONLY);
  events("writer again", reader);
  SHOW(write(writer, "left behind", 11));
  close(reader);
  close(writer);
  int both = open("fifo", O_RDWR);
  events("both", both);
  SHOW(write(both, "own", 3));
  SHOW(read(both, text, 9));
  close(both);

  // A blocking open of either side meets the other.
  pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    int fd = open("fifo", O_WRONLY);
    write(fd, "hello", 5);
    _exit(0);
  }
  reader = open("fifo", O_RDONLY);
  SHOW(read(reader, text, 9));
  SHOW(read(reader, text, 9));
  close(reader);
  show_end("child", child);
  child = fork();
  if (child == 0) {
    usleep(20000);
    int fd = open("fifo", O_RDONLY);
    _exit(read(fd, text, 9));
  }
  writer = open("fifo", O_WRONLY);
  SHOW(write(writer, "12345", 5));
  close(writer);
  show_end("child", child);

  // A waiting open is interrupted by a signal.
  void nothing(int s) { (void)s; }
  struct sigaction action = {.sa_handler = nothing};
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(open("fifo", O_RDONLY));
  SHOW(open("fifo", O_WRONLY | O_NONBLOCK));

  reader = open("fifo", O_RDONLY | O_NONBLOCK);
  writer = open("fifo", O_WRONLY);
  SHOW(unlink("fifo"));
  SHOW(write(writer, "x", 1));
  SHOW(read(reader, text, 9));
  struct stat s;
  fstat(writer, &s);
  printf("%o links %d\n", s.st_mode, (int)s.st_nlink);
  mkfifo("fifo", 0600);
  SHOW(open("fifo", O_WRONLY | O_NONBLOCK));
  SHOW(lseek(reader, 0, SEEK_CUR));
  return 0;
}
