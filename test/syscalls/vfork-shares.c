// vfork: the parent sleeps, memory is shared, descriptors are not, signals reach the child.
#include "report.h"

static volatile int value;

int main(int argc, char **argv) {
  if (argc > 1) return 7;
  int fd = open("/dev/null", O_RDONLY);
  pid_t child = vfork();
  if (child == 0) {
    value = 42;
    close(fd);
    usleep(20000);
    value = 43;
    _exit(5);
  }
  SHOW(value), SHOW(fcntl(fd, F_GETFD)), show_end("child", child);
  child = vfork();
  if (child == 0) {
    execl("/proc/self/exe", "x", "again", NULL);
    _exit(1);
  }
  show_end("exec", child);
  child = vfork();
  if (child == 0) {
    execl("/nowhere", "x", NULL);
    _exit(errno);
  }
  show_end("failed exec", child);
  child = vfork();
  if (child == 0) kill(getpid(), SIGTERM), _exit(1);
  show_end("killed", child);
  return 0;
}
