// vfork: the parent sleeps until the child's exec or end; memory is one, descriptors are two.
#include "report.h"
#include <sched.h>

static volatile int order;

int main(int argc, char **argv) {
  if (argc > 1) {
    usleep(20000);
    printf("second program\n");
    return 6;
  }
  pid_t child = vfork();
  if (child == 0) {
    usleep(20000);
    order = 5;
    close(1);
    _exit(3);
  }
  printf("order %d\n", order);
  show_end("exit", child);
  child = vfork();
  if (child == 0) {
    order = 8;
    execl(argv[0], argv[0], "again", NULL);
    _exit(9);
  }
  printf("parent goes on: order %d\n", order);
  show_end("exec", child);
  child = vfork();
  if (child == 0) {
    execl("missing", "missing", NULL);
    _exit(errno);
  }
  show_end("failed exec", child);
  child = vfork();
  if (child == 0) {
    kill(getpid(), SIGKILL);
    _exit(1);
  }
  show_end("killed", child);
  // CLONE_VFORK alone: own memory, but the parent waits.
  order = 1;
  child = syscall(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    order = 2;
    usleep(20000);
    printf("child first\n");
    _exit(0);
  }
  printf("parent second, order %d\n", order);
  show_end("CLONE_VFORK", child);
  return 0;
}
