// pidfd_open and pidfd_send_signal: signals with and without siginfo, an ended process, waitid, poll.
#include "report.h"
#include <poll.h>
#include <sys/pidfd.h>

static volatile sig_atomic_t value;
static void on_signal(int signo, siginfo_t *info, void *context) {
  printf("code %d from %s value %d\n", info->si_code, info->si_pid == getpid() ? "self" : "other", info->si_int);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  int self = pidfd_open(getpid(), 0);
  SHOW(fcntl(self, F_GETFD));
  SHOW(pidfd_send_signal(self, SIGUSR1, NULL, 0));
  siginfo_t info = {.si_signo = SIGUSR1, .si_code = SI_QUEUE};
  info.si_pid = getpid();
  info.si_int = 42;
  SHOW(pidfd_send_signal(self, SIGUSR1, &info, 0));
  info.si_signo = SIGUSR2;
  SHOW(pidfd_send_signal(self, SIGUSR1, &info, 0));
  SHOW(pidfd_send_signal(self, 0, NULL, 0));
  SHOW(pidfd_send_signal(self, 65, NULL, 0));
  SHOW(pidfd_send_signal(self, SIGUSR1, NULL, 0x1000));
  SHOW(pidfd_send_signal(self, SIGUSR1, (siginfo_t *)8, 0));
  SHOW(pidfd_send_signal(0, SIGUSR1, NULL, 0));
  SHOW(pidfd_send_signal(-1, SIGUSR1, NULL, 0));
  SHOW(pidfd_open(0, 0));
  SHOW(pidfd_open(-1, 0));
  SHOW(pidfd_open(getpid(), 0x40));
  SHOW(pidfd_open(1 << 22, 0));

  int folder = open("/proc/self", O_RDONLY | O_DIRECTORY);
  SHOW(pidfd_send_signal(folder, SIGUSR1, NULL, 0));
  siginfo_t none;
  SHOW(waitid(P_PIDFD, folder, &none, WEXITED));
  SHOW(pidfd_getfd(folder, 1, 0));
  SHOW(pidfd_send_signal(open("/proc/self", O_PATH), SIGUSR1, NULL, 0));
  SHOW(pidfd_send_signal(open("/proc/self/task", O_RDONLY), SIGUSR1, NULL, 0));
  SHOW(pidfd_send_signal(open("/proc/thread-self", O_RDONLY), SIGUSR1, NULL, 0));

  pid_t child = fork();
  if (child == 0)
    for (;;) pause();
  int fd = pidfd_open(child, PIDFD_NONBLOCK);
  char path[32];
  snprintf(path, sizeof path, "/proc/%d", child);
  folder = open(path, O_RDONLY);
  struct pollfd watched = {fd, POLLIN};
  SHOW(poll(&watched, 1, 0));
  siginfo_t end;
  SHOW(waitid(P_PIDFD, fd, &end, WEXITED));
  SHOW(pidfd_send_signal(fd, SIGTERM, NULL, 0));
  SHOW(poll(&watched, 1, -1));
  printf("%#x\n", watched.revents & POLLIN);
  SHOW(pidfd_send_signal(fd, 0, NULL, 0));
  SHOW(waitid(P_PIDFD, fd, &end, WEXITED));
  printf("%d %d\n", end.si_code, end.si_status);
  SHOW(pidfd_send_signal(fd, SIGTERM, NULL, 0));
  SHOW(waitid(P_PIDFD, fd, &end, WEXITED));
  SHOW(pidfd_send_signal(folder, SIGTERM, NULL, 0));
  char byte;
  SHOW(read(fd, &byte, 1));
  return 0;
}
