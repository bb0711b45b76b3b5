// Pipes: sizes, atomic writes, ends that go, SIGPIPE, polling, nonblocking, FIONREAD.
#include "report.h"
#include <poll.h>
#include <sys/ioctl.h>

static void events(const char *label, int fd) {
  struct pollfd p = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
  poll(&p, 1, 0);
  printf("%s: %x\n", label, p.revents);
}

int main(void) {
  static char big[200000];
  int ends[2], count;
  SHOW(pipe((int *)8));
  SHOW(pipe2(ends, 0x1));
  SHOW(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
  printf("%o %o %d\n", fcntl(ends[0], F_GETFL), fcntl(ends[1], F_GETFL), fcntl(ends[1], F_GETFD));
  SHOW(read(ends[0], big, 1));
  SHOW(read(ends[1], big, 1));
  SHOW(write(ends[0], big, 1));
  events("empty reader", ends[0]);
  events("empty writer", ends[1]);
  SHOW(write(ends[1], "hello", 5));
  events("reader", ends[0]);
  SHOW(ioctl(ends[0], FIONREAD, &count));
  printf("%d\n", count);
  SHOW(read(ends[0], big, 2));
  SHOW(read(ends[0], big, 100));
  SHOW(write(ends[1], big, sizeof big));
  SHOW(write(ends[1], big, 1));
  events("full writer", ends[1]);
  SHOW(read(ends[0], big, 4095));
  SHOW(write(ends[1], big, 4096));
  events("nearly full", ends[1]);
  SHOW(read(ends[0], big, 1));
  SHOW(write(ends[1], big, 4096));
  SHOW(read(ends[0], big, sizeof big));
  SHOW(fcntl(ends[0], F_GETPIPE_SZ));
  SHOW(fcntl(ends[0], F_SETPIPE_SZ, 5000));
  SHOW(fcntl(ends[1], F_GETPIPE_SZ));
  SHOW(write(ends[1], big, 100000));
  SHOW(fcntl(ends[0], F_SETPIPE_SZ, 4096));
  SHOW(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20));
  SHOW(read(ends[0], big, sizeof big));
  SHOW(write(ends[1], "", 0));
  SHOW(read(ends[0], big, 0));
  SHOW(write(ends[1], "tail", 4));
  close(ends[1]);
  events("writer gone, data", ends[0]);
  SHOW(read(ends[0], big, 10));
  events("writer gone", ends[0]);
  SHOW(read(ends[0], big, 10));

  pipe(ends);
  close(ends[0]);
  events("reader gone", ends[1]);
  signal(SIGPIPE, SIG_IGN);
  SHOW(write(ends[1], "x", 1));
  signal(SIGPIPE, SIG_DFL);
  IN_CHILD("SIGPIPE", write(ends[1], "x", 1));
  close(ends[1]);

  // A long write goes on while somebody reads, and ends when nobody does.
  pipe(ends);
  pid_t writer = fork();
  if (writer == 0) {
    close(ends[0]);
    for (int i = 0; i < (int)sizeof big; i++) big[i] = i * 7 + i / 1000;
    _exit(write(ends[1], big, sizeof big) != sizeof big);
  }
  close(ends[1]);
  int total = 0, good = 1;
  for (int got; (got = read(ends[0], big, 7777)) > 0; total += got)
    for (int i = 0; i < got; i++) good &= big[i] == (char)((total + i) * 7 + (total + i) / 1000);
  printf("%d bytes, %s\n", total, good ? "in order" : "mixed up");
  show_end("writer", writer);
  close(ends[0]);

  pipe(ends);
  writer = fork();
  if (writer == 0) {
    close(ends[0]);
    signal(SIGPIPE, SIG_IGN);
    ssize_t n = write(ends[1], big, sizeof big);
    _exit(n == 65536 + 10 || n == 65536 ? 1 : n == -1 ? 2 : 3);
  }
  close(ends[1]);
  usleep(20000);
  close(ends[0]);
  show_end("reader leaves", writer);

  // A signal ends a long write: the bytes so far count.
  pipe(ends);
  struct sigaction action = {.sa_handler = (void (*)(int))strlen};
  action.sa_handler = SIG_DFL;
  writer = fork();
  if (writer == 0) {
    void nothing(int s) { (void)s; }
    action.sa_handler = nothing;
    sigaction(SIGALRM, &action, NULL);
    ualarm(30000, 0);
    printf("interrupted write: %d\n", (int)write(ends[1], big, sizeof big));
    ualarm(30000, 0);
    SHOW(write(ends[1], big, 1));
    _exit(0);
  }
  show_end("interrupted", writer);
  char name[40], target[64] = "";
  sprintf(name, "/proc/self/fd/%d", ends[0]);
  readlink(name, target, sizeof target);
  printf("%.6s\n", target);
  SHOW(fcntl(0, F_GETPIPE_SZ));
  return 0;
}
