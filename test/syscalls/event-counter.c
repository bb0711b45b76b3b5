// eventfd: counting, semaphores, overflow, blocking both ways, poll, what is refused.
#include "report.h"
#include <poll.h>
#include <sys/eventfd.h>

static void show_read(int fd) {
  uint64_t value;
  if (read(fd, &value, 8) < 0) printf("read: %s\n", strerrorname_np(errno));
  else printf("read: %llu\n", (unsigned long long)value);
}
static void show_poll(int fd) {
  struct pollfd watched = {fd, POLLIN | POLLOUT};
  poll(&watched, 1, 0);
  printf("poll:%s%s%s\n", watched.revents & POLLIN ? " in" : "", watched.revents & POLLOUT ? " out" : "",
         watched.revents & POLLERR ? " error" : "");
}
static int put(int fd, uint64_t value) { return write(fd, &value, 8); }

int main(void) {
  int fd = eventfd(3, EFD_NONBLOCK);
  show_poll(fd), show_read(fd), show_poll(fd), show_read(fd);
  SHOW(put(fd, 5)), SHOW(put(fd, 0)), show_read(fd), show_read(fd);
  SHOW(put(fd, UINT64_MAX - 1)), show_poll(fd), SHOW(put(fd, 1)), SHOW(put(fd, 0)), SHOW(put(fd, UINT64_MAX)), show_read(fd);
  char small[4];
  SHOW(read(fd, small, 4)), SHOW(write(fd, small, 4));
  int semaphore = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC);
  SHOW(fcntl(semaphore, F_GETFD)), show_read(semaphore), show_read(semaphore), show_read(semaphore);
  SHOW(eventfd(0, 8)), SHOW(lseek(fd, 0, SEEK_SET)), SHOW(ftruncate(fd, 0));
  int blocking = eventfd(0, 0);
  pid_t child = fork();
  if (child == 0) {
    uint64_t value;
    read(blocking, &value, 8);
    _exit(value);
  }
  usleep(20000);
  SHOW(put(blocking, 9));
  show_end("reader", child);
  put(blocking, UINT64_MAX - 1);
  child = fork();
  if (child == 0) _exit(put(blocking, 4));
  usleep(20000);
  show_read(blocking);
  show_end("writer", child);
  show_read(blocking);
  char text[128], path[64];
  put(fd, 0x1f);
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  FILE *info = fopen(path, "r");
  while (fgets(text, sizeof text, info))
    if (strncmp(text, "eventfd-count", 13) == 0) printf("%s", text);
  return 0;
}
