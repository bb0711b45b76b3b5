// signalfd: several signals in one read, what each record says, a mask that changes, who reads whose signals.
#include "report.h"
#include <poll.h>
#include <sys/signalfd.h>

static void show_records(int fd, size_t count) {
  struct signalfd_siginfo records[8];
  ssize_t bytes = read(fd, records, count * sizeof *records);
  if (bytes < 0) {
    printf("%s\n", strerrorname_np(errno));
    return;
  }
  for (unsigned i = 0; i < bytes / sizeof *records; i++) {
    struct signalfd_siginfo *r = &records[i];
    printf("signo %s code %d from self %d int %d status %d\n",
           (int)r->ssi_signo >= SIGRTMIN ? "RT" : sigabbrev_np(r->ssi_signo), r->ssi_code,
           r->ssi_pid == (unsigned)getpid(), r->ssi_int, r->ssi_status);
  }
}

int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1), sigaddset(&set, SIGRTMIN), sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  SHOW(fcntl(fd, F_GETFD));
  show_records(fd, 8);
  struct pollfd watched = {fd, POLLIN};
  SHOW(poll(&watched, 1, 0));
  kill(getpid(), SIGUSR1);
  for (int i = 0; i < 3; i++) sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i + 40});
  SHOW(poll(&watched, 1, 0));
  show_records(fd, 2);
  show_records(fd, 8);
  show_records(fd, 8);
  pid_t child = fork();
  if (child == 0) _exit(9);
  watched.events = POLLIN;
  SHOW(poll(&watched, 1, -1));
  show_records(fd, 8);
  waitpid(child, NULL, 0);
  char small[100];
  SHOW(read(fd, small, sizeof small));
  SHOW(write(fd, small, sizeof small));
  sigdelset(&set, SIGUSR1);
  SHOW(signalfd(fd, &set, 0) == fd ? 0 : -2);
  kill(getpid(), SIGUSR1);
  show_records(fd, 8);
  sigaddset(&set, SIGUSR1);
  signalfd(fd, &set, 0);
  IN_CHILD("a child reads its own", show_records(fd, 8); kill(getpid(), SIGUSR1); show_records(fd, 8));
  waitid(P_ALL, 0, NULL, WEXITED | WNOHANG);
  sigset_t chld;
  sigemptyset(&chld), sigaddset(&chld, SIGCHLD);
  struct timespec none = {};
  sigtimedwait(&chld, NULL, &none);
  show_records(fd, 8);
  SHOW(signalfd(0, &set, 0));
  SHOW(signalfd(-1, &set, 0x10));
  SHOW(syscall(SYS_signalfd4, -1, &set, 4, 0));
  return 0;
}
