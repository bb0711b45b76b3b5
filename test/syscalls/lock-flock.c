// flock: shared and exclusive, conversions, copies, children, LOCK_NB, waiting.
#include "report.h"
#include <sys/file.h>

int main(void) {
  int one = open("file", O_RDWR | O_CREAT, 0600), two = open("file", O_RDONLY), copy = dup(one);
  SHOW(flock(one, LOCK_SH));
  SHOW(flock(two, LOCK_SH));
  SHOW(flock(one, LOCK_EX | LOCK_NB));
  SHOW(flock(two, LOCK_UN));
  SHOW(flock(one, LOCK_EX | LOCK_NB));
  SHOW(flock(copy, LOCK_EX | LOCK_NB));
  SHOW(flock(two, LOCK_SH | LOCK_NB));
  SHOW(flock(copy, LOCK_SH));
  SHOW(flock(two, LOCK_SH | LOCK_NB));
  SHOW(flock(two, LOCK_UN));
  IN_CHILD("a child shares the description", {
    SHOW(flock(one, LOCK_EX | LOCK_NB));
    SHOW(flock(two, LOCK_EX | LOCK_NB));
  });
  SHOW(flock(two, LOCK_EX | LOCK_NB));
  pid_t child = fork();
  if (child == 0) {
    close(one), close(copy);
    _exit(flock(two, LOCK_EX) ? errno : 0);
  }
  usleep(30000);
  SHOW(flock(copy, LOCK_UN));
  show_end("waited", child);
  // The child's lock is that of two's description, which is ours as well.
  SHOW(flock(one, LOCK_EX | LOCK_NB));
  close(two);
  SHOW(flock(one, LOCK_EX | LOCK_NB));
  // No quarrel with record locks.
  struct flock record = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  SHOW(fcntl(one, F_SETLK, &record));
  SHOW(flock(one, 0));
  SHOW(flock(one, LOCK_SH | LOCK_EX));
  SHOW(flock(99, LOCK_SH));
  int path = open("file", O_PATH);
  SHOW(flock(path, LOCK_SH));
  return 0;
}
