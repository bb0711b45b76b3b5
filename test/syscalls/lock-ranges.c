// fcntl's record locks: splitting, joining, upgrading, who is in the way, to the end of the file.
#include "report.h"

static int fd;
static void lock(int type, off_t start, off_t length) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
  int result = fcntl(fd, F_SETLK, &lock);
  printf("%s %ld+%ld: %s\n", type == F_RDLCK ? "read" : type == F_WRLCK ? "write" : "unlock", (long)start, (long)length,
         result ? strerrorname_np(errno) : "ok");
}
static void probe(void) {
  // From another process, byte by byte.
  pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 32; i++) {
      struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = i, .l_len = 1};
      fcntl(fd, F_GETLK, &lock);
      putchar(lock.l_type == F_UNLCK ? '.' : lock.l_type == F_RDLCK ? 'r' : 'W');
      if (lock.l_type != F_UNLCK && lock.l_pid != getppid()) putchar('?');
    }
    putchar('\n');
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

int main(void) {
  make_file("file", "0123456789", 0600);
  fd = open("file", O_RDWR);
  lock(F_WRLCK, 0, 20);
  probe();
  lock(F_UNLCK, 5, 5);
  probe();
  lock(F_RDLCK, 2, 10);
  probe();
  lock(F_WRLCK, 6, 2);
  probe();
  lock(F_UNLCK, 8, 0);
  probe();
  lock(F_RDLCK, 15, 0);
  probe();
  lock(F_UNLCK, 0, 0);
  probe();
  lock(F_RDLCK, 10, -4);
  probe();
  lock(F_RDLCK, 3, -4);
  struct flock relative = {.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = -2, .l_len = 1};
  SHOW(fcntl(fd, F_SETLK, &relative));
  lseek(fd, 20, SEEK_SET);
  relative.l_whence = SEEK_CUR;
  SHOW(fcntl(fd, F_SETLK, &relative));
  probe();
  SHOW(close(open("file", O_RDONLY)));
  probe();
  relative.l_type = 9;
  SHOW(fcntl(fd, F_SETLK, &relative));
  relative.l_type = F_RDLCK, relative.l_whence = 7;
  SHOW(fcntl(fd, F_SETLK, &relative));
  int reader = open("file", O_RDONLY);
  struct flock write_lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
  SHOW(fcntl(reader, F_SETLK, &write_lock));
  SHOW(fcntl(fd, F_SETLK, (void *)8));
  return 0;
}
