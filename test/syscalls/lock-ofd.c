// Locks of open file descriptions: they belong to the description, go with it, and stand against record locks.
#include "report.h"

static void lock(int fd, int command, int type, const char *label) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10};
  int result = fcntl(fd, command, &lock);
  printf("%s: %s", label, result ? strerrorname_np(errno) : "ok");
  if (!result && command == F_OFD_GETLK) printf(" type %d pid %d", lock.l_type, lock.l_pid);
  printf("\n");
}

int main(void) {
  int one = open("file", O_RDWR | O_CREAT, 0600), two = open("file", O_RDWR), same = dup(one);
  lock(one, F_OFD_SETLK, F_WRLCK, "one writes");
  lock(same, F_OFD_SETLK, F_WRLCK, "its copy");
  lock(two, F_OFD_SETLK, F_WRLCK, "two");
  lock(two, F_OFD_GETLK, F_WRLCK, "two asks");
  lock(one, F_OFD_GETLK, F_WRLCK, "one asks");
  lock(one, F_SETLK, F_WRLCK, "a record lock");
  IN_CHILD("child", {
    lock(one, F_OFD_SETLK, F_RDLCK, "the child's one");
    lock(two, F_OFD_SETLK, F_RDLCK, "the child's two");
  });
  lock(two, F_OFD_SETLK, F_WRLCK, "two wants to write");
  close(one);
  lock(two, F_OFD_SETLK, F_WRLCK, "a copy is left");
  close(same);
  lock(two, F_OFD_SETLK, F_WRLCK, "nobody is left");
  struct flock wrong = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1, .l_pid = 5};
  SHOW(fcntl(two, F_OFD_SETLK, &wrong));
  lock(two, F_OFD_SETLK, F_UNLCK, "unlock");
  lock(99, F_OFD_SETLK, F_UNLCK, "no file");
  return 0;
}
