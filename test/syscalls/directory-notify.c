// fcntl's F_NOTIFY: a signal for what happens in a directory, once or until it is taken back.
#include "report.h"

static int seen[2], fd, other;

static void note(int signo, siginfo_t *info, void *context) {
  seen[signo == SIGIO]++;
  if (signo != SIGIO && (info->si_code != 3 || info->si_band != 0x441 || info->si_fd != fd)) printf("%d %lx %d\n", info->si_code, (long)info->si_band, info->si_fd);
}
static void show_seen(const char *what) {
  printf("%s: %d, SIGIO %d\n", what, seen[0], seen[1]);
  seen[0] = seen[1] = 0;
}
#define DO(...) (__VA_ARGS__, show_seen(#__VA_ARGS__))
static void make(const char *name) { close(open(name, O_CREAT | O_WRONLY, 0600)); }

static void all(long mask) {
  SHOW(fcntl(fd, F_NOTIFY, mask | DN_MULTISHOT));
  char byte;
  DO(make("d/file"));
  int file = open("d/file", O_RDWR);
  DO(write(file, "text", 4)), DO(pread(file, &byte, 1, 0)), DO(ftruncate(file, 1)), DO(fchmod(file, 0640));
  DO(close(file)), DO(mkdir("d/below", 0700)), DO(make("d/below/deep")), DO(chmod("d/below", 0750)), DO(chmod("d", 0750));
  DO(rename("d/file", "d/moved")), DO(rename("d/moved", "out")), DO(rename("out", "d/in"));
  DO(link("d/in", "d/linked")), DO(unlink("d/linked")), DO(symlink("in", "d/link")), DO(unlink("d/link"));
  DO(unlink("d/below/deep")), DO(rmdir("d/below")), DO(unlink("d/in"));
  SHOW(fcntl(fd, F_NOTIFY, 0)), DO(make("d/unseen")), unlink("d/unseen");
}

int main(void) {
  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGIO, &action, NULL), sigaction(SIGUSR1, &action, NULL);
  mkdir("d", 0755), make_file("plain", "text", 0644);
  fd = open("d", O_RDONLY | O_DIRECTORY);
  int plain = open("plain", O_RDONLY);
  SHOW(fcntl(plain, F_NOTIFY, DN_CREATE)), SHOW(fcntl(plain, F_NOTIFY, 0)), SHOW(fcntl(plain, F_NOTIFY, DN_MULTISHOT));
  SHOW(fcntl(99, F_NOTIFY, DN_CREATE));
  SHOW(fcntl(fd, F_NOTIFY, DN_CREATE)), SHOW_TRUE(fcntl(fd, F_GETOWN) == getpid());
  DO(make("d/a")), DO(make("d/b"));
  SHOW(fcntl(fd, F_NOTIFY, DN_CREATE)), SHOW(fcntl(fd, F_NOTIFY, DN_DELETE));
  DO(unlink("d/a")), DO(make("d/a")), DO(unlink("d/b"));
  SHOW(fcntl(fd, F_SETSIG, SIGUSR1));
  all(DN_ACCESS), all(DN_MODIFY), all(DN_CREATE), all(DN_DELETE), all(DN_RENAME), all(DN_ATTRIB);
  // It ends with any descriptor of the same process that is closed, and not with a child's.
  SHOW(fcntl(fd, F_NOTIFY, DN_CREATE | DN_MULTISHOT));
  IN_CHILD("a child closes it", close(fd));
  DO(make("d/c")), other = dup(fd), close(other);
  DO(make("d/e"));
  SHOW(fcntl(fd, F_NOTIFY, DN_CREATE | DN_MULTISHOT));
  IN_CHILD("a child makes a file", make("d/f"));
  show_seen("by a child");
  return 0;
}
