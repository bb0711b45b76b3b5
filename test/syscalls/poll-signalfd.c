// signalfd: signals as records.
#include "poll.h"
#include <sys/signalfd.h>
static int fd;
static void show_signals(const char *label, int most) {
  struct signalfd_siginfo info[4];
  ssize_t count = read(fd, info, most * sizeof *info);
  if (count < 0) {
    printf("%s: %s\n", label, strerrorname_np(errno));
    return;
  }
  printf("%s: %d\n", label, (int)(count / sizeof *info));
  for (unsigned i = 0; i < count / sizeof *info; i++)
    printf("  %d code %d own pid %d uid %d int %d status %d\n", (int)info[i].ssi_signo, info[i].ssi_code,
           info[i].ssi_pid == (unsigned)getpid(), info[i].ssi_uid == getuid(), info[i].ssi_int, info[i].ssi_status);
}
int main(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1), sigaddset(&set, SIGUSR2), sigaddset(&set, SIGCHLD), sigaddset(&set, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set, NULL);
  fd = signalfd(-1, &set, SFD_NONBLOCK);
  SHOW_OK(fd);
  show_signals("none", 1);
  show_all_events("none", fd);
  kill(getpid(), SIGUSR2);
  kill(getpid(), SIGUSR1);
  show_all_events("two", fd);
  show_signals("one", 1);
  show_signals("the rest", 4);
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 41});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 42});
  show_signals("queued", 4);
  raise(SIGUSR1);
  show_signals("raised", 4);
  if (fork() == 0) _exit(3);
  usleep(50000);
  show_signals("child", 4);
  wait(NULL);
  sigdelset(&set, SIGUSR1);
  SHOW_TRUE(signalfd(fd, &set, 0) == fd);
  kill(getpid(), SIGUSR1);
  show_signals("not in the mask", 4);
  sigaddset(&set, SIGUSR1);
  signalfd(fd, &set, 0);
  show_signals("in the mask", 4);
  fcntl(fd, F_SETFL, O_RDWR);
  pid_t self = getpid();
  LATER(30, kill(self, SIGUSR2));
  struct signalfd_siginfo info;
  SHOW(read(fd, &info, sizeof info));
  SHOW((int)info.ssi_signo);
  SHOW(read(fd, &info, 100));
  SHOW(signalfd(0, &set, 0));
  SHOW(signalfd(99, &set, 0));
  SHOW(signalfd(-1, &set, 0x100));
  SHOW(syscall(SYS_signalfd4, -1, &set, 4, 0));
  SHOW(write(fd, &info, sizeof info));
  wait_all();
  return 0;
}
