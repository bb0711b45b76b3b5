// What fork copies and what it does not: alarms, pending signals, locks, timers, times, masks.
#include "report.h"
#include <sys/time.h>
#include <sys/times.h>

int main(void) {
  sigset_t set, pending;
  sigemptyset(&set), sigaddset(&set, SIGUSR1), sigprocmask(SIG_BLOCK, &set, NULL), raise(SIGUSR1);
  alarm(100);
  struct itimerval timer = {{0, 0}, {100, 0}};
  setitimer(ITIMER_VIRTUAL, &timer, NULL);
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  fcntl(fd, F_SETLK, &lock);
  IN_CHILD("child", {
    sigpending(&pending), SHOW(sigismember(&pending, SIGUSR1)), SHOW(alarm(0));
    sigprocmask(SIG_BLOCK, NULL, &set), SHOW(sigismember(&set, SIGUSR1));
    getitimer(ITIMER_VIRTUAL, &timer), SHOW(timer.it_value.tv_sec);
    SHOW(fcntl(fd, F_SETLK, &lock));
    lock.l_type = F_WRLCK;
    fcntl(fd, F_GETLK, &lock), SHOW(lock.l_type == F_WRLCK), SHOW(lock.l_pid == getppid());
    struct tms times_;
    times(&times_), SHOW(times_.tms_cutime + times_.tms_cstime);
    SHOW(waitpid(-1, NULL, WNOHANG)), SHOW(lseek(fd, 7, SEEK_SET));
  });
  SHOW(lseek(fd, 0, SEEK_CUR)), SHOW(alarm(0) > 0);
  return 0;
}
