// Two processes that would wait for each other's record locks: the second is told EDEADLK; waiting otherwise.
#include "report.h"

static int fd;
static int lock(int command, int type, off_t start) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = 1};
  return fcntl(fd, command, &lock);
}
static void on_alarm(int signo) {}

int main(void) {
  int ready[2];
  char byte;
  pipe(ready);
  fd = open("file", O_RDWR | O_CREAT, 0600);
  SHOW(lock(F_SETLKW, F_WRLCK, 0));
  pid_t child = fork();
  if (child == 0) {
    lock(F_SETLKW, F_WRLCK, 1);
    write(ready[1], "r", 1);
    _exit(lock(F_SETLKW, F_WRLCK, 0) ? errno : 0);
  }
  read(ready[0], &byte, 1);
  usleep(50000);
  SHOW(lock(F_SETLKW, F_WRLCK, 1));
  SHOW(lock(F_SETLK, F_WRLCK, 1));
  SHOW(lock(F_SETLK, F_UNLCK, 0));
  show_end("child got it", child);
  child = fork();
  if (child == 0) {
    lock(F_SETLK, F_WRLCK, 5);
    write(ready[1], "r", 1);
    for (;;) pause();
  }
  read(ready[0], &byte, 1);
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(lock(F_SETLKW, F_WRLCK, 5));
  kill(child, SIGKILL);
  SHOW(lock(F_SETLKW, F_WRLCK, 5));
  show_end("killed", child);
  return 0;
}
