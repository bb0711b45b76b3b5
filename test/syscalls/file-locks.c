// Record locks (fcntl), locks of open file descriptions and flock: conflicts, splits, owners, release.
#include "report.h"
#include <sys/file.h>

static int fd;

static long lock(int command, short type, long start, long length) {
  struct flock wanted = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  return fcntl(fd, command, &wanted);
}
static void test_from_child(short type, long start, long length) {
  fflush(stdout);
  pid_t parent = getpid();
  if (fork() == 0) {
    struct flock wanted = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    if (fcntl(fd, F_GETLK, &wanted)) printf("  getlk: %s\n", strerrorname_np(errno));
    else if (wanted.l_type == F_UNLCK) printf("  [%ld,+%ld) free\n", start, length);
    else
      printf("  [%ld,+%ld) meets %s lock [%ld,+%ld) of %s\n", start, length,
             wanted.l_type == F_RDLCK ? "read" : "write", (long)wanted.l_start, (long)wanted.l_len,
             wanted.l_pid == parent ? "parent" : wanted.l_pid == -1 ? "-1" : "other");
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
}

int main(void) {
  make_file("file", "0123456789", 0644);
  fd = open("file", O_RDWR);
  SHOW(lock(F_SETLK, F_WRLCK, 0, 100));
  test_from_child(F_RDLCK, 50, 10);
  SHOW(lock(F_SETLK, F_UNLCK, 40, 20));
  test_from_child(F_WRLCK, 40, 20);
  test_from_child(F_WRLCK, 0, 0);
  test_from_child(F_WRLCK, 60, 0);
  SHOW(lock(F_SETLK, F_RDLCK, 20, 60));
  test_from_child(F_RDLCK, 20, 60);
  test_from_child(F_WRLCK, 20, 60);
  test_from_child(F_RDLCK, 0, 0);
  test_from_child(F_RDLCK, 80, 0);
  SHOW(lock(F_SETLK, F_WRLCK, 200, 0));
  test_from_child(F_RDLCK, 100000, 1);
  SHOW(lock(F_SETLK, F_UNLCK, 0, 0));
  test_from_child(F_WRLCK, 0, 0);
  SHOW(lock(F_SETLK, F_WRLCK, 10, -5));
  test_from_child(F_WRLCK, 0, 0);
  SHOW(lock(F_SETLK, F_WRLCK, 3, -5));
  SHOW(lock(F_SETLK, 9, 0, 1));
  SHOW(lock(F_GETLK, F_UNLCK, 0, 1));
  SHOW(lock(F_SETLK, F_UNLCK, 0, 0));
  lock(F_SETLK, F_WRLCK, 0, 0);
  IN_CHILD("child", SHOW(lock(F_SETLK, F_RDLCK, 0, 1)));
  close(open("file", O_RDONLY));
  IN_CHILD("after another close", SHOW(lock(F_SETLK, F_RDLCK, 0, 1)));
  int reader = open("file", O_RDONLY), writer = open("file", O_WRONLY), keep = fd;
  fd = reader;
  SHOW(lock(F_SETLK, F_WRLCK, 0, 1));
  fd = writer;
  SHOW(lock(F_SETLK, F_RDLCK, 0, 1));
  fd = keep;

  // A wait ends when the holder's lock goes.
  int ends[2];
  pipe(ends);
  pid_t holder = fork();
  if (holder == 0) {
    lock(F_SETLK, F_WRLCK, 0, 10);
    write(ends[1], "x", 1);
    usleep(30000);
    _exit(0);
  }
  char byte;
  read(ends[0], &byte, 1);
  SHOW(lock(F_SETLK, F_WRLCK, 5, 1));
  SHOW(lock(F_SETLKW, F_WRLCK, 5, 1));
  waitpid(holder, NULL, 0);
  lock(F_SETLK, F_UNLCK, 0, 0);

  // Two that wait for each other.
  holder = fork();
  if (holder == 0) {
    lock(F_SETLK, F_WRLCK, 0, 1);
    write(ends[1], "x", 1);
    lock(F_SETLKW, F_WRLCK, 1, 1);
    _exit(0);
  }
  lock(F_SETLK, F_WRLCK, 1, 1);
  read(ends[0], &byte, 1);
  usleep(50000);
  SHOW(lock(F_SETLKW, F_WRLCK, 0, 1));
  lock(F_SETLK, F_UNLCK, 0, 0);
  show_end("the other", holder);

  // Open file descriptions.
  int second = open("file", O_RDWR);
  SHOW(lock(F_OFD_SETLK, F_WRLCK, 0, 10));
  int copy = dup(fd);
  fd = second;
  SHOW(lock(F_OFD_SETLK, F_RDLCK, 5, 1));
  SHOW(lock(F_OFD_SETLK, F_RDLCK, 10, 1));
  test_from_child(F_WRLCK, 0, 0);
  fd = copy;
  SHOW(lock(F_OFD_SETLK, F_RDLCK, 5, 1));
  close(keep);
  fd = second;
  SHOW(lock(F_OFD_SETLK, F_WRLCK, 0, 1));
  close(copy);
  SHOW(lock(F_OFD_SETLK, F_WRLCK, 0, 1));

  // flock
  int a = open("file", O_RDONLY), b = open("file", O_RDONLY), c = dup(a);
  SHOW(flock(a, LOCK_SH));
  SHOW(flock(b, LOCK_SH | LOCK_NB));
  SHOW(flock(b, LOCK_EX | LOCK_NB));
  SHOW(flock(a, LOCK_UN));
  SHOW(flock(b, LOCK_EX | LOCK_NB));
  SHOW(flock(c, LOCK_SH | LOCK_NB));
  IN_CHILD("child unlocks", flock(b, LOCK_UN));
  SHOW(flock(c, LOCK_EX | LOCK_NB));
  close(a);
  SHOW(flock(b, LOCK_SH | LOCK_NB));
  close(c);
  SHOW(flock(b, LOCK_SH | LOCK_NB));
  SHOW(flock(b, 0));
  SHOW(flock(b, LOCK_SH | LOCK_EX));
  SHOW(flock(99, LOCK_SH));
  return 0;
}
