// A futex in a file is the same word in every mapping of it, at whatever address.
#include "report.h"
#include <linux/futex.h>

int main(void) {
  make_file("words", "", 0600);
  int fd = open("words", O_RDWR);
  if (ftruncate(fd, 2 * PAGE)) die("ftruncate");
  int *one = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  int *two = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, PAGE);
  int *private = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, PAGE);
  pid_t pid = fork();
  if (pid == 0) _exit(syscall(SYS_futex, &one[PAGE / 4 + 3], FUTEX_WAIT, 0, NULL, NULL, 0) == 0 ? 3 : 1);
  usleep(40000);
  private[3] = 0;
  SHOW(syscall(SYS_futex, &private[3], FUTEX_WAKE, 1, NULL, NULL, 0));
  SHOW(syscall(SYS_futex, &two[2], FUTEX_WAKE, 1, NULL, NULL, 0));
  SHOW(syscall(SYS_futex, &two[3], FUTEX_WAKE, 1, NULL, NULL, 0));
  show_end("sleeper", pid);
}
