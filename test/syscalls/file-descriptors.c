// Descriptor numbers: dup, dup2, dup3, F_DUPFD, close_range, the limit, and close-on-exec.
#include "report.h"

static void open_numbers(const char *label) {
  printf("%s:", label);
  for (int fd = 3; fd < 64; fd++)
    if (fcntl(fd, F_GETFD) >= 0) printf(" %d%s", fd, fcntl(fd, F_GETFD) ? "c" : "");
  printf("\n");
}

int main(void) {
  make_file("file", "0123456789", 0644);
  for (int fd = 3; fd < 64; fd++) close(fd);
  int fd = open("file", O_RDWR);
  SHOW(dup(fd));
  SHOW(dup2(fd, 10));
  SHOW(dup2(fd, fd));
  SHOW(dup3(fd, 11, O_CLOEXEC));
  SHOW(dup3(fd, fd, 0));
  SHOW(dup3(fd, 12, O_NONBLOCK));
  SHOW(dup2(99, 5));
  SHOW(dup2(99, 99));
  SHOW(dup2(fd, -1));
  SHOW(dup(99));
  SHOW(fcntl(fd, F_DUPFD, 10));
  SHOW(fcntl(fd, F_DUPFD_CLOEXEC, 20));
  SHOW(fcntl(fd, F_DUPFD, -1));
  open_numbers("open");
  SHOW(fcntl(20, F_SETFD, 0));
  SHOW(fcntl(10, F_SETFD, 3));
  open_numbers("open");
  SHOW(close(10));
  SHOW(close(10));
  SHOW(syscall(SYS_close_range, 11, 12, 0));
  SHOW(syscall(SYS_close_range, 12, 11, 0));
  SHOW(syscall(SYS_close_range, 3, 20, 8));
  SHOW(syscall(SYS_close_range, 4, 30, 4));
  open_numbers("open");
  SHOW(syscall(SYS_close_range, 4, -1, 2));
  open_numbers("open");
  struct rlimit limit = {8, 16};
  setrlimit(RLIMIT_NOFILE, &limit);
  while (show("dup", dup(fd)) >= 0) continue;
  SHOW(dup2(fd, 8));
  SHOW(dup2(fd, 7));
  SHOW(fcntl(fd, F_DUPFD, 8));
  SHOW(fcntl(fd, F_DUPFD, 3));
  int ends[2] = {-7, -7};
  SHOW(pipe(ends));
  SHOW(open("new", O_WRONLY | O_CREAT, 0600));
  SHOW(access("new", F_OK));
  close(7);
  SHOW(pipe(ends));
  printf("%d %d\n", ends[0], ends[1]);
  SHOW(dup(fd));
  SHOW(fcntl(fd, 999));
  SHOW(fcntl(99, F_GETFD));
  SHOW(ioctl(99, 0x5401, 0));
  SHOW(ioctl(fd, 0x5401, ends));
  int on = 1;
  SHOW(ioctl(fd, 0x5421, &on));
  printf("%o\n", fcntl(fd, F_GETFL));
  on = 0;
  SHOW(ioctl(fd, 0x5421, &on));
  printf("%o\n", fcntl(fd, F_GETFL));
  SHOW(ioctl(fd, 0x5421, 8));
  SHOW(ioctl(fd, 0x5451, 0));
  SHOW(fcntl(fd, F_GETFD));
  SHOW(ioctl(fd, 0x5450, 0));
  SHOW(fcntl(fd, F_GETFD));
  lseek(fd, 3, SEEK_SET);
  SHOW(ioctl(fd, 0x541b, &on));
  printf("%d\n", on);
  return 0;
}
