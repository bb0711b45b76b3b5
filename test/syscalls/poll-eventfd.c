// eventfd: counting, semaphores, overflow, readiness.
#include "poll.h"
#include <sys/eventfd.h>
static int fd;
static void show_value(const char *label) {
  uint64_t value;
  ssize_t count = read(fd, &value, sizeof value);
  if (count < 0) printf("%s: %s\n", label, strerrorname_np(errno));
  else printf("%s: %llu\n", label, (unsigned long long)value);
}
static long add(uint64_t value) { return write(fd, &value, sizeof value); }
int main(void) {
  fd = eventfd(3, EFD_NONBLOCK);
  SHOW_OK(fd);
  show_value("initial");
  show_value("empty");
  show_all_events("empty", fd);
  SHOW(add(5));
  SHOW(add(6));
  show_all_events("full", fd);
  show_value("sum");
  SHOW(add(0));
  show_value("zero adds nothing");
  SHOW(add(0xfffffffffffffffeull));
  show_all_events("the most", fd);
  SHOW(add(1));
  SHOW(add(0xffffffffffffffffull));
  show_value("the most");
  char small[4] = {0};
  SHOW(read(fd, small, 4));
  SHOW(write(fd, small, 4));
  SHOW(lseek(fd, 0, SEEK_SET));
  SHOW(pread(fd, small, 4, 0));
  fd = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC);
  show_value("semaphore");
  show_value("semaphore");
  show_value("semaphore");
  SHOW(fcntl(fd, F_GETFD));
  SHOW(eventfd(0, 0x100));
  fd = eventfd(0, 0);
  LATER(30, add(9));
  show_value("waited");
  SHOW(add(0xfffffffffffffffeull));
  uint64_t taken;
  LATER(30, read(fd, &taken, sizeof taken));
  SHOW(add(1));
  show_value("after the child");
  struct stat st;
  fstat(fd, &st);
  SHOW(st.st_mode);
  wait_all();
  return 0;
}
