// What inotify refuses; short buffers, FIONREAD, poll, waiting, signals, an exclusive watch.
#include "inotify.h"
#include <poll.h>
#include <sys/ioctl.h>

static void on_alarm(int signo) {}

int main(void) {
  SHOW(inotify_init1(1));
  int in = inotify_init1(IN_NONBLOCK);
  SHOW(inotify_add_watch(in, "nowhere", IN_OPEN));
  SHOW(inotify_add_watch(in, ".", 0));
  SHOW(inotify_add_watch(in, ".", IN_MASK_ADD | IN_MASK_CREATE | IN_OPEN));
  SHOW(inotify_add_watch(0, ".", IN_OPEN));
  SHOW(inotify_add_watch(-1, ".", IN_OPEN));
  make_file("file", "", 0644);
  symlink("file", "link");
  SHOW(inotify_add_watch(in, "file", IN_OPEN | IN_ONLYDIR));
  SHOW(inotify_add_watch(in, (char *)8, IN_OPEN));
  SHOW(inotify_rm_watch(in, 77));
  SHOW(inotify_rm_watch(0, 1));
  char buffer[64];
  SHOW(read(in, buffer, sizeof buffer));
  SHOW(write(in, buffer, 1));
  SHOW(lseek(in, 0, SEEK_CUR));
  SHOW_OK(inotify_add_watch(in, "link", IN_ALL_EVENTS | IN_DONT_FOLLOW));
  SHOW_OK(inotify_add_watch(in, "file", IN_OPEN));
  close(open("link", O_RDONLY));
  show_events(in, "through a link");
  SHOW_OK(inotify_add_watch(in, ".", IN_CREATE | IN_MODIFY | IN_EXCL_UNLINK));
  int fd = open("a-name-of-some-length", O_CREAT | O_WRONLY, 0600);
  int bytes;
  SHOW(ioctl(in, FIONREAD, &bytes));
  SHOW(bytes);
  struct pollfd watched = {in, POLLIN};
  SHOW(poll(&watched, 1, 0));
  SHOW(read(in, buffer, 20));
  SHOW(read(in, buffer, 48));
  SHOW(poll(&watched, 1, 0));
  unlink("a-name-of-some-length");
  write(fd, "x", 1);
  show_events(in, "excluded when unlinked");
  fcntl(in, F_SETFL, 0);
  struct sigaction action = {.sa_handler = on_alarm};
  sigaction(SIGALRM, &action, NULL);
  ualarm(20000, 0);
  SHOW(read(in, buffer, sizeof buffer));
  pid_t child = fork();
  if (child == 0) {
    usleep(20000);
    make_file("by-a-child", "", 0600);
    _exit(0);
  }
  SHOW(read(in, buffer, sizeof buffer));
  show_end("child", child);
  return 0;
}
